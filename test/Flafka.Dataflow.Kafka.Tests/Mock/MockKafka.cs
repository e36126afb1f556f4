namespace Flafka.Dataflow.Kafka.Tests.Mock;

/// <summary>One mock cluster for all tests; each makes topics and groups of its own.</summary>
internal static class MockKafka
{
    private static readonly Lazy<MockCluster> Shared = new(() => new MockCluster());
    private static int _number;

    public static string Bootstrap => Shared.Value.Bootstrap;

    public static string NewTopic(int partitions = 1)
    {
        var topic = $"t{Interlocked.Increment(ref _number)}";
        Shared.Value.CreateTopic(topic, partitions);
        return topic;
    }

    public static string NewGroup() => $"g{Interlocked.Increment(ref _number)}";
}
