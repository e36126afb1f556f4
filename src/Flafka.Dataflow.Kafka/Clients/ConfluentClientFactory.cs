using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>The clients of Confluent.Kafka.</summary>
internal sealed class ConfluentClientFactory(AgentRuntime runtime, ILogger log) : IKafkaClientFactory
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);

    public IKafkaConsumer CreateConsumer(ConsumerSettings settings) => new ConfluentConsumer(runtime, settings, log);

    public IKafkaProducer CreateProducer(ProducerSettings settings) => new ConfluentProducer(runtime, settings, log);

    /// <summary>Whether a broker answers the client that the handle belongs to. Blocks.</summary>
    public static bool Probe(Handle handle)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(handle).Build();
            return admin.GetMetadata(ProbeTime).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
