using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Where a <see cref="ConsumerLoop"/> puts the records of its partitions, and what it asks about them: whether there is room, and up to
/// where everything is settled without a gap. Thread-safe. An assignment that has ended is forgotten: what settles of it later changes nothing.
/// </summary>
internal interface IRecordStore
{
    /// <summary>Set when the store is no longer full.</summary>
    AsyncSignal Room { get; }

    /// <summary>Set when the last of what is on its way from a closed partition settles.</summary>
    AsyncSignal Drained { get; }

    /// <summary>Whether nothing more should be polled.</summary>
    bool IsFull { get; }

    /// <summary>Whether so little is left that polling pays again.</summary>
    bool IsLow { get; }

    /// <summary>Whether nothing waits and nothing is on its way.</summary>
    bool IsEmpty { get; }

    /// <summary>Events settled in order since <see cref="ResetDue"/>, about.</summary>
    long DueEvents { get; }

    /// <summary>A partition is ours from now on.</summary>
    void Assign(TopicPartition partition);

    /// <summary>Takes records in.</summary>
    void Add(List<PolledBatch> batches);

    /// <summary>Nothing more of these partitions goes on its way; what waits is dropped.</summary>
    void Close(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Whether nothing of these partitions is on its way.</summary>
    bool IsSettled(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>The end of an assignment.</summary>
    void Forget(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>What is to be committed, of all partitions or of these.</summary>
    IReadOnlyList<TopicPartitionOffset> Due(IReadOnlyCollection<TopicPartition>? only = null);

    /// <summary>These offsets were committed.</summary>
    void Committed(IReadOnlyList<TopicPartitionOffset> offsets);

    /// <summary>Begins to count <see cref="DueEvents"/> anew.</summary>
    void ResetDue();

    /// <summary>Where to read on after a rejection; <see langword="null"/> when there was none, or something is still on its way.</summary>
    IReadOnlyList<TopicPartitionOffset>? TryRewind() => null;
}
