using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// The records of one partition for as long as the consumer has it; a later assignment of the same partition is another lane. What comes back
/// is lent first. Guarded by the lock of <see cref="PartitionLanes"/>.
/// </summary>
internal sealed class PartitionLane(TopicPartition partition)
{
    public const long None = -1;

    private readonly Queue<LaneBatch> _untouched = new();
    private readonly PriorityQueue<LaneRun, long> _returned = new();
    private readonly Dictionary<long, long> _ahead = []; // committed runs behind the prefix: start, end
    private LaneRun _head;
    private long _end = None;

    public TopicPartition Partition { get; } = partition;

    /// <summary>Nothing more is lent; what comes back is dropped.</summary>
    public bool IsClosed { get; set; }

    public int Unlent { get; private set; }

    public long UnlentBytes { get; private set; }

    public int Lent { get; private set; }

    /// <summary>The end of the prefix that sinks have committed.</summary>
    public long Settled { get; private set; } = None;

    /// <summary>What the group was told.</summary>
    public long Committed { get; set; } = None;

    public void Store(PolledBatch polled)
    {
        if (_end == None)
        {
            Settled = Committed = _end = polled.First;
        }

        var batch = new LaneBatch(this, polled, _end);
        _end = polled.Next;
        _untouched.Enqueue(batch);
        Unlent += polled.Count;
        UnlentBytes += polled.Bytes;
    }

    public bool TryTake(int max, out LaneRun run)
    {
        if (_returned.TryDequeue(out run, out _))
        {
            if (run.Count > max)
            {
                var rest = run with { Start = run.Start + max, Count = run.Count - max };
                _returned.Enqueue(rest, rest.Offset);
                run = run with { Count = max };
            }
        }
        else
        {
            if (_head.Count == 0)
            {
                if (!_untouched.TryDequeue(out var batch))
                {
                    return false;
                }

                _head = new LaneRun(batch, 0, batch.Events.Length);
            }

            run = _head with { Count = Math.Min(max, _head.Count) };
            _head = _head with { Start = _head.Start + run.Count, Count = _head.Count - run.Count };
        }

        Unlent -= run.Count;
        UnlentBytes -= run.BodyBytes;
        Lent += run.Count;
        return true;
    }

    public void Commit(LaneRun run)
    {
        Lent -= run.Count;
        _ahead[run.From] = run.To;
        while (_ahead.Remove(Settled, out var end))
        {
            Settled = end;
        }
    }

    public void Return(LaneRun run)
    {
        Lent -= run.Count;
        if (!IsClosed)
        {
            Unlent += run.Count;
            UnlentBytes += run.BodyBytes;
            _returned.Enqueue(run, run.Offset);
        }
    }

    /// <summary>Drops what is not lent.</summary>
    public void Close()
    {
        IsClosed = true;
        _untouched.Clear();
        _returned.Clear();
        _head = default;
        Unlent = 0;
        UnlentBytes = 0;
    }
}
