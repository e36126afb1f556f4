using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>The records of a source: those that wait to be sent, and those sent and not yet settled.</summary>
internal sealed class SourceRecords(OffsetTracker tracker, BatchQueue queue) : IRecordStore
{
    public AsyncSignal Room => queue.Room;

    public AsyncSignal Drained => tracker.Drained;

    public bool IsFull => queue.IsFull;

    public bool IsLow => queue.IsLow;

    public bool IsEmpty => queue.IsEmpty && tracker.Unsettled == 0;

    public long DueEvents => tracker.DueEvents;

    public void Assign(TopicPartition partition) => tracker.Assign(partition);

    public void Add(List<PolledBatch> batches) => queue.Add(batches);

    public void Close(IReadOnlyCollection<TopicPartition> partitions)
    {
        tracker.Close(partitions);
        queue.Drop(partitions);
    }

    public bool IsSettled(IReadOnlyCollection<TopicPartition> partitions) => tracker.IsSettled(partitions);

    public void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        tracker.Close(partitions);
        tracker.Forget(partitions);
        queue.Drop(partitions);
    }

    public IReadOnlyList<TopicPartitionOffset> Due(IReadOnlyCollection<TopicPartition>? only = null) => tracker.Due(only);

    public void Committed(IReadOnlyList<TopicPartitionOffset> offsets) => tracker.Committed(offsets);

    public void ResetDue() => tracker.ResetDue();

    public IReadOnlyList<TopicPartitionOffset>? TryRewind()
    {
        var back = tracker.TryRewind();
        if (back is { Count: > 0 })
        {
            queue.Drop([.. back.Select(offset => offset.TopicPartition)]);
        }

        return back;
    }
}
