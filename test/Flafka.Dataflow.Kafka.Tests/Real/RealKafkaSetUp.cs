using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>One broker for all tests of this namespace.</summary>
[SetUpFixture]
internal sealed class RealKafkaSetUp() : RealServerSetUp<RealKafka>(static () => RealKafka.TryStart("--sasl", "--tls", "--auto-create", "false"), RealKafka.Missing)
{
    public static RealKafka Kafka => Server;

    /// <summary>The servers of a listener; a broker of the user's own may not have it.</summary>
    public static string Servers(string listener)
    {
        if (!Kafka.Status.TryGetValue(listener, out var servers))
        {
            Peers.Skip($"FLAFKA_TEST_BOOTSTRAP names a broker without a listener '{listener}'; the one of KAFKA_HOME has it");
        }

        return servers!;
    }
}
