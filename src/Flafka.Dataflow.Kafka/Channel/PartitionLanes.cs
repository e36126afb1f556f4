using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// The partitions that one sink reads, each a lane. A lease takes from the lanes in turn; within a lane order holds over rollbacks. Bounded by what is
/// read and not lent; what is lent is bounded by the feed. Thread-safe. Lock order: feed, lease, lanes.
/// </summary>
/// <param name="maxEvents">Above, nothing more should be polled.</param>
/// <param name="maxBytes">The same for the bytes of the bodies.</param>
/// <param name="isEnding">Whether nothing more is lent at all.</param>
/// <param name="isWaitedFor">Whether anybody upstream waits for leases to be settled.</param>
internal sealed class PartitionLanes(int maxEvents, long maxBytes, Func<bool> isEnding, Func<bool> isWaitedFor) : IRecordStore, ILeaseSource
{
    private readonly Lock _sync = new();
    private readonly Dictionary<TopicPartition, PartitionLane> _lanes = [];
    private readonly List<PartitionLane> _order = [];
    private TaskCompletionSource? _allBack;
    private int _next;
    private long _lent; // of forgotten lanes as well
    private long _dueEvents;
    private int _holds;

    /// <summary>Called outside the lock when there is something new to lend.</summary>
    public Action Changed { get; set; } = static () => { };

    public AsyncSignal Room { get; } = new();

    public AsyncSignal Drained { get; } = new();

    public bool IsFull
    {
        get
        {
            lock (_sync)
            {
                return Unlent >= maxEvents || UnlentBytes >= maxBytes;
            }
        }
    }

    public bool IsLow
    {
        get
        {
            lock (_sync)
            {
                return Unlent <= maxEvents / 2 && UnlentBytes <= maxBytes / 2;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return Unlent == 0 && _lent == 0;
            }
        }
    }

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

    /// <summary>Events read and not lent, events lent, bytes of the former.</summary>
    public (long Unlent, long Lent, long Bytes) Counts
    {
        get
        {
            lock (_sync)
            {
                return (Unlent, _lent, UnlentBytes);
            }
        }
    }

    public bool HasUnlent
    {
        get
        {
            lock (_sync)
            {
                return IsLending && Unlent > 0;
            }
        }
    }

    public bool IsWaitedFor => Volatile.Read(ref _holds) > 0 || isWaitedFor();

    private bool IsLending => _holds == 0 && !isEnding();

    private int Unlent => _order.Sum(static lane => lane.Unlent);

    private long UnlentBytes => _order.Sum(static lane => lane.UnlentBytes);

    /// <summary>Somebody waits for leases to be settled (+1), or no more (-1); nothing is lent meanwhile.</summary>
    public void Hold(int change) => Interlocked.Add(ref _holds, change);

    /// <summary>Completes when nothing is lent.</summary>
    public Task WhenAllBackAsync()
    {
        lock (_sync)
        {
            return _lent == 0 ? Task.CompletedTask : (_allBack ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Assign(TopicPartition partition)
    {
        lock (_sync)
        {
            ForgetLane(partition);
            var lane = new PartitionLane(partition);
            _lanes[partition] = lane;
            _order.Add(lane);
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
                if (_lanes.TryGetValue(batch.Partition, out var lane) && !lane.IsClosed)
                {
                    lane.Store(batch);
                }
            }
        }

        Changed();
    }

    public Lease? TryLease(int most)
    {
        List<LaneRun>? runs = null;
        var count = 0;
        bool hasRoom;
        lock (_sync)
        {
            if (!IsLending)
            {
                return null;
            }

            var wasFull = Unlent >= maxEvents || UnlentBytes >= maxBytes;
            for (var i = 0; i < _order.Count && count < most; i++)
            {
                var lane = _order[(_next + i) % _order.Count];
                while (count < most && lane.TryTake(most - count, out var run))
                {
                    (runs ??= []).Add(run);
                    count += run.Count;
                }
            }

            _next++;
            _lent += count;
            hasRoom = wasFull && Unlent < maxEvents && UnlentBytes < maxBytes;
        }

        if (hasRoom)
        {
            Room.Set();
        }

        return runs is null ? null : new KafkaLease(this, runs, count);
    }

    public void Close(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_sync)
        {
            foreach (var partition in partitions)
            {
                _lanes.GetValueOrDefault(partition)?.Close();
            }
        }

        Room.Set();
    }

    public bool IsSettled(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_sync)
        {
            return partitions.All(partition => _lanes.GetValueOrDefault(partition) is not { Lent: > 0 });
        }
    }

    public void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_sync)
        {
            foreach (var partition in partitions)
            {
                ForgetLane(partition);
            }
        }

        Room.Set();
    }

    /// <summary>Forgets every assignment.</summary>
    public void ForgetAll() => Forget([.. Partitions()]);

    public IReadOnlyList<TopicPartitionOffset> Due(IReadOnlyCollection<TopicPartition>? only = null)
    {
        lock (_sync)
        {
            // Lower than what was committed, where the log lost its end and the client went back.
            return [.. _order
                .Where(lane => lane.Settled != PartitionLane.None && lane.Settled != lane.Committed && (only is null || only.Contains(lane.Partition)))
                .Select(lane => new TopicPartitionOffset(lane.Partition, lane.Settled))];
        }
    }

    public void Committed(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        lock (_sync)
        {
            foreach (var offset in offsets)
            {
                if (_lanes.TryGetValue(offset.TopicPartition, out var lane))
                {
                    lane.Committed = offset.Offset;
                }
            }
        }
    }

    public void ResetDue()
    {
        lock (_sync)
        {
            _dueEvents = 0;
        }
    }

    /// <summary>A sink has committed these events.</summary>
    public void OnCommitted(LaneRun run)
    {
        lock (_sync)
        {
            run.Batch.Lane.Commit(run);
            _dueEvents += run.Count;
            OnBack(run);
        }
    }

    /// <summary>A sink has given these events back.</summary>
    public void OnRolledBack(LaneRun run)
    {
        lock (_sync)
        {
            run.Batch.Lane.Return(run);
            OnBack(run);
        }
    }

    private void OnBack(LaneRun run)
    {
        _lent -= run.Count;
        if (_lent == 0)
        {
            _allBack?.TrySetResult();
            _allBack = null;
        }

        if (run.Batch.Lane is { IsClosed: true, Lent: 0 })
        {
            Drained.Set();
        }
    }

    private void ForgetLane(TopicPartition partition)
    {
        if (_lanes.Remove(partition, out var lane))
        {
            lane.Close();
            _order.Remove(lane);
        }
    }

    private TopicPartition[] Partitions()
    {
        lock (_sync)
        {
            return [.. _lanes.Keys];
        }
    }
}
