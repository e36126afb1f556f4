using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>One partition for as long as this consumer has it; a later assignment of the same partition is another object. Guarded by its <see cref="OffsetTracker"/>.</summary>
internal sealed class PartitionOffsets(TopicPartition partition)
{
    public const long None = -1;

    public TopicPartition Partition { get; } = partition;

    /// <summary>Batches sent, in order, from the first unsettled one on.</summary>
    internal Queue<TrackedBatch> InOrder { get; } = new();

    /// <summary>Nothing more is sent.</summary>
    internal bool IsClosed { get; set; }

    internal bool HasRejection { get; set; }

    internal int Unsettled { get; set; }

    /// <summary>Where reading began; the first record's offset.</summary>
    internal long Start { get; set; } = None;

    /// <summary>The end of the settled prefix.</summary>
    internal long Settled { get; set; } = None;

    /// <summary>What the group was told.</summary>
    internal long Committed { get; set; } = None;
}

/// <summary>A batch on its way.</summary>
internal sealed class TrackedBatch(long next, int events)
{
    /// <summary>The offset behind it.</summary>
    public long Next { get; } = next;

    public int Events { get; } = events;

    public bool IsDelivered { get; set; }
}
