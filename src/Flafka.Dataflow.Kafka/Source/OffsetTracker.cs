using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Knows, for each partition, up to where everything is delivered without a gap; only that is committed. An assignment that has ended is
/// forgotten: what settles of it later changes nothing, but it is still counted as on its way.
/// </summary>
/// <param name="changed">Set when something is rejected and when the last batch on the way settles.</param>
/// <remarks>Thread-safe; receipts may settle on any thread.</remarks>
internal sealed class OffsetTracker(AsyncSignal changed)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<TopicPartition, PartitionOffsets> _partitions = [];
    private int _unsettled;
    private bool _hasRejection;
    private long _dueEvents;

    /// <summary>Set when the last batch of a closed partition settles.</summary>
    public AsyncSignal Drained { get; } = new();

    /// <summary>Batches sent and not settled, those of forgotten assignments included.</summary>
    public int Unsettled
    {
        get
        {
            lock (_sync)
            {
                return _unsettled;
            }
        }
    }

    /// <summary>Whether a batch was rejected since the last rewind.</summary>
    public bool HasRejection
    {
        get
        {
            lock (_sync)
            {
                return _hasRejection;
            }
        }
    }

    /// <summary>Events settled in order and not yet committed, about.</summary>
    public long DueEvents
    {
        get
        {
            lock (_sync)
            {
                return _dueEvents;
            }
        }
    }

    /// <summary>A partition is ours from now on.</summary>
    public void Assign(TopicPartition partition)
    {
        lock (_sync)
        {
            _partitions[partition] = new PartitionOffsets(partition);
        }
    }

    /// <summary>Adds a batch behind all others of its partition.</summary>
    /// <returns>The receipt to send it with; <see langword="null"/>: the partition is not ours any more and the batch is to be dropped.</returns>
    public Receipt? TryTrack(TopicPartition topicPartition, long first, long next, int events)
    {
        PartitionOffsets? partition;
        var batch = new TrackedBatch(next, events);
        lock (_sync)
        {
            if (!_partitions.TryGetValue(topicPartition, out partition) || partition.IsClosed)
            {
                return null;
            }

            if (partition.Start == PartitionOffsets.None)
            {
                partition.Start = first;
            }

            partition.InOrder.Enqueue(batch);
            partition.Unsettled++;
            _unsettled++;
        }

        return Receipt.Create(settlement => Settle(partition, batch, settlement));
    }

    /// <summary>Nothing more of these partitions is sent.</summary>
    public void Close(IEnumerable<TopicPartition> partitions)
    {
        lock (_sync)
        {
            foreach (var name in partitions)
            {
                if (_partitions.TryGetValue(name, out var partition))
                {
                    partition.IsClosed = true;
                }
            }
        }
    }

    /// <summary>Whether all that was sent of these partitions is settled.</summary>
    public bool IsSettled(IEnumerable<TopicPartition> partitions)
    {
        lock (_sync)
        {
            return partitions.All(name => !_partitions.TryGetValue(name, out var partition) || partition.Unsettled == 0);
        }
    }

    /// <summary>The end of an assignment.</summary>
    public void Forget(IEnumerable<TopicPartition> partitions)
    {
        lock (_sync)
        {
            foreach (var name in partitions)
            {
                _partitions.Remove(name);
            }
        }
    }

    /// <summary>What is to be committed, of all partitions or of these.</summary>
    public IReadOnlyList<TopicPartitionOffset> Due(IReadOnlyCollection<TopicPartition>? only = null)
    {
        lock (_sync)
        {
            // Lower than what was committed, where the log lost its end and the client went back.
            return [.. _partitions.Values
                .Where(partition => partition.Settled != PartitionOffsets.None && partition.Settled != partition.Committed && (only is null || only.Contains(partition.Partition)))
                .Select(partition => new TopicPartitionOffset(partition.Partition, partition.Settled))];
        }
    }

    /// <summary>These offsets were committed.</summary>
    public void Committed(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        lock (_sync)
        {
            foreach (var offset in offsets)
            {
                if (_partitions.TryGetValue(offset.TopicPartition, out var partition))
                {
                    partition.Committed = offset.Offset;
                }
            }
        }
    }

    /// <summary>Begins to count <see cref="DueEvents"/> anew.</summary>
    public void ResetDue()
    {
        lock (_sync)
        {
            _dueEvents = 0;
        }
    }

    /// <summary>After a rejection, once nothing is on its way any more: where to read on, for every partition of which something was rejected.</summary>
    /// <returns><see langword="null"/> when there was no rejection, or something is still on its way.</returns>
    public IReadOnlyList<TopicPartitionOffset>? TryRewind()
    {
        lock (_sync)
        {
            if (!_hasRejection || _unsettled > 0)
            {
                return null;
            }

            _hasRejection = false;
            var back = new List<TopicPartitionOffset>();
            foreach (var partition in _partitions.Values.Where(partition => partition.HasRejection))
            {
                partition.HasRejection = false;
                partition.InOrder.Clear();
                back.Add(new TopicPartitionOffset(partition.Partition, partition.Settled == PartitionOffsets.None ? partition.Start : partition.Settled));
            }

            return back;
        }
    }

    private void Settle(PartitionOffsets partition, TrackedBatch batch, Settlement settlement)
    {
        bool isNews;
        bool isDrained;
        lock (_sync)
        {
            _unsettled--;
            partition.Unsettled--;
            batch.IsDelivered = settlement.IsDelivered;
            if (!settlement.IsDelivered)
            {
                _hasRejection = true;
                partition.HasRejection = true;
            }

            while (partition.InOrder.TryPeek(out var first) && first.IsDelivered)
            {
                partition.Settled = first.Next;
                partition.InOrder.Dequeue();
                _dueEvents += first.Events;
            }

            isNews = !settlement.IsDelivered || _unsettled == 0;
            isDrained = partition.IsClosed && partition.Unsettled == 0;
        }

        if (isNews)
        {
            changed.Set();
        }

        if (isDrained)
        {
            Drained.Set();
        }
    }
}
