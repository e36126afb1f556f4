namespace Flafka.Dataflow.Kafka;

/// <summary>The bounds of a <see cref="ConsumerLoop"/>.</summary>
/// <param name="Servers">The brokers, for messages.</param>
/// <param name="BatchSize">Most events of one poll.</param>
internal sealed record ConsumerLoopSettings(string Servers, int BatchSize)
{
    /// <summary>Most bytes of one poll.</summary>
    public long PollBytes { get; init; } = 8 << 20;

    /// <summary>How long a poll waits for a first record; also how fast the loop notices anything else.</summary>
    public TimeSpan PollTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a rebalance waits for what is on its way.</summary>
    public TimeSpan RebalanceDrain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Offsets are committed after so many settled events, or after this time.</summary>
    public long CommitEvents { get; init; } = 10_000;

    /// <inheritdoc cref="CommitEvents"/>
    public TimeSpan CommitTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the last commit of partitions that go is tried.</summary>
    public TimeSpan LastCommitTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often brokers that did not answer are asked again.</summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often brokers are asked whether the topics are still the same.</summary>
    public TimeSpan TopicTime { get; init; } = TimeSpan.FromSeconds(2);
}
