using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>One broker for all tests of this namespace.</summary>
[SetUpFixture]
internal sealed class RealKafkaSetUp
{
    private static RealKafka? Running;

    public static RealKafka Kafka => Running ?? throw new InvalidOperationException("No broker was started.");

    [OneTimeSetUp]
    public void Start()
    {
        Running = RealKafka.TryStart();
        if (Running is null)
        {
            if (Environment.GetEnvironmentVariable("FLAFKA_REQUIRE_PEERS") == "1")
            {
                Assert.Fail(RealKafka.Missing);
            }

            Assert.Ignore(RealKafka.Missing);
        }
    }

    [OneTimeTearDown]
    public void Stop() => Running?.Dispose();
}
