using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// What has been polled and not yet sent, in order. A batch grows, up to the batch size, only while it waits here. Thread-safe.
/// </summary>
/// <param name="batchSize">Most events of a batch.</param>
/// <param name="maxEvents">Above, nothing more should be polled.</param>
/// <param name="maxBytes">The same for the bytes of the bodies.</param>
/// <param name="published">Set when something comes in.</param>
internal sealed class BatchQueue(int batchSize, int maxEvents, long maxBytes, AsyncSignal published)
{
    private readonly Lock _sync = new();
    private readonly LinkedList<PolledBatch> _batches = new();
    private readonly Dictionary<TopicPartition, PolledBatch> _last = [];
    private int _events;
    private long _bytes;

    /// <summary>Set when the queue is no longer full.</summary>
    public AsyncSignal Room { get; } = new();

    public bool IsFull
    {
        get
        {
            lock (_sync)
            {
                return _events >= maxEvents || _bytes >= maxBytes;
            }
        }
    }

    /// <summary>Whether so little is left that polling pays again.</summary>
    public bool IsLow
    {
        get
        {
            lock (_sync)
            {
                return _events <= maxEvents / 2 && _bytes <= maxBytes / 2;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return _events == 0;
            }
        }
    }

    public void Add(List<PolledBatch> batches)
    {
        if (batches.Count == 0)
        {
            return;
        }

        lock (_sync)
        {
            foreach (var batch in batches)
            {
                _events += batch.Count;
                _bytes += batch.Bytes;
                if (_last.TryGetValue(batch.Partition, out var last) && last.Count + batch.Count <= batchSize && last.IsUndecodable == batch.IsUndecodable)
                {
                    last.Append(batch);
                }
                else
                {
                    _batches.AddLast(batch);
                    _last[batch.Partition] = batch;
                }
            }
        }

        published.Set();
    }

    public PolledBatch? TryTake()
    {
        PolledBatch batch;
        bool hasRoom;
        lock (_sync)
        {
            if (_batches.First is not { } first)
            {
                return null;
            }

            batch = first.Value;
            _batches.RemoveFirst();
            hasRoom = Removed(batch);
        }

        if (hasRoom)
        {
            Room.Set();
        }

        return batch;
    }

    /// <summary>Forgets what is there of these partitions, or of all.</summary>
    public void Drop(IReadOnlyCollection<TopicPartition>? partitions = null)
    {
        lock (_sync)
        {
            for (var node = _batches.First; node is not null;)
            {
                var next = node.Next;
                if (partitions is null || partitions.Contains(node.Value.Partition))
                {
                    _batches.Remove(node);
                    Removed(node.Value);
                }

                node = next;
            }
        }

        Room.Set();
    }

    private bool Removed(PolledBatch batch)
    {
        var wasFull = _events >= maxEvents || _bytes >= maxBytes;
        _events -= batch.Count;
        _bytes -= batch.Bytes;
        if (_last.TryGetValue(batch.Partition, out var last) && ReferenceEquals(last, batch))
        {
            _last.Remove(batch.Partition);
        }

        return wasFull && _events < maxEvents && _bytes < maxBytes;
    }
}
