using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// The open buckets of a sink in the order of their use, and their timers. A bucket belongs to the batch being written while it is busy, else
/// to whoever holds the lock here: a timer finds either a bucket at rest or a busy one, which then looks after the time itself.
/// </summary>
/// <param name="shared">The clock.</param>
/// <param name="maxOpen">Most buckets at a time.</param>
/// <param name="finish">Finishes a file while the sink goes on.</param>
internal sealed class BucketSet(BucketEnvironment shared, int maxOpen, Action<BucketFile> finish)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _sync = new();
    private readonly Dictionary<string, BucketWriter> _writers = [];
    private readonly LinkedList<BucketWriter> _byUse = new();
    private bool _isClosed;

    // Counters of buckets taken out that are ahead of the clock: their names may still be in use, and names tell the order.
    private readonly Dictionary<string, long> _ahead = [];

    /// <summary>Buckets that are open.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _writers.Count;
            }
        }
    }

    /// <summary>Finds a bucket and makes it busy.</summary>
    /// <param name="key">Its resolved path and prefix.</param>
    /// <param name="writer">The bucket.</param>
    /// <param name="isFirst">Whether no event is noted for it yet.</param>
    public bool TryTake(ReadOnlySpan<char> key, [NotNullWhen(true)] out BucketWriter? writer, out bool isFirst)
    {
        lock (_sync)
        {
            isFirst = false;
            if (!_writers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out writer))
            {
                return false;
            }

            isFirst = writer.Pending.IsEmpty;
            if (isFirst)
            {
                writer.Users++;
            }

            _byUse.Remove(writer.Place!);
            _byUse.AddLast(writer.Place!);
            return true;
        }
    }

    /// <summary>Makes room for one more bucket, if need be by taking out the least recently used one.</summary>
    /// <param name="evicted">The file to be finished first.</param>
    /// <returns>False when every bucket is busy.</returns>
    public bool TryMakeRoom(out BucketFile? evicted)
    {
        lock (_sync)
        {
            evicted = null;
            if (_writers.Count < maxOpen)
            {
                return true;
            }

            var oldest = _byUse.First;
            while (oldest is { Value.IsBusy: true })
            {
                oldest = oldest.Next;
            }

            evicted = oldest is null ? null : Remove(oldest.Value);
            return oldest is not null;
        }
    }

    /// <summary>Adds a new bucket, which is busy.</summary>
    public void Add(BucketWriter writer)
    {
        lock (_sync)
        {
            writer.Users = 1;
            if (_ahead.Remove(writer.Key, out var counter))
            {
                writer.ContinueAfter(counter);
            }

            writer.Place = _byUse.AddLast(writer);
            _writers.Add(writer.Key, writer);
        }
    }

    /// <summary>One more is about to write to a bucket that is busy; it releases it, too.</summary>
    public void Share(BucketWriter writer)
    {
        lock (_sync)
        {
            writer.Users++;
        }
    }

    /// <summary>A writer is done with the bucket; the last one leaves it at rest.</summary>
    public void Release(BucketWriter writer)
    {
        BucketFile? due = null;
        lock (_sync)
        {
            if (--writer.Users > 0)
            {
                return;
            }

            if (writer.File is null)
            {
                Remove(writer); // what comes next begins anew, with a counter by the clock
            }
            else if (_isClosed)
            {
                due = Remove(writer);
            }
            else if (!writer.IsTimerSet)
            {
                due = TakeIfDue(writer);
            }
        }

        Finish(due);
    }

    /// <summary>Takes out every bucket that is at rest; their timers do nothing afterwards.</summary>
    public IReadOnlyList<BucketFile> TakeAll()
    {
        lock (_sync)
        {
            return [.. _byUse.Where(static writer => !writer.IsBusy).ToList().Select(Remove).OfType<BucketFile>()];
        }
    }

    /// <summary>The same, for good: a busy bucket is taken out and its file finished as soon as it is at rest.</summary>
    public IReadOnlyList<BucketFile> Close()
    {
        lock (_sync)
        {
            _isClosed = true;
            return TakeAll();
        }
    }

    private void OnTimer(BucketWriter writer)
    {
        BucketFile? due;
        lock (_sync)
        {
            writer.IsTimerSet = false;
            due = writer.IsBusy || writer.Place is null ? null : TakeIfDue(writer);
        }

        Finish(due);
    }

    // Time is looked at when the timer fires, not when events are written: a busy bucket leaves its timer alone.
    private BucketFile? TakeIfDue(BucketWriter writer)
    {
        if (writer.TimeLeft is not { } left)
        {
            return null;
        }

        if (left <= TimeSpan.Zero)
        {
            return Remove(writer);
        }

        writer.Timer ??= shared.Runtime.Time.CreateTimer(
            static state =>
            {
                var (set, writer) = ((BucketSet, BucketWriter))state!;
                set.OnTimer(writer);
            },
            (this, writer),
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        writer.IsTimerSet = true;
        var due = left < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : Longest;
        writer.Timer.Change(due, Timeout.InfiniteTimeSpan);
        return null;
    }

    private BucketFile? Remove(BucketWriter writer)
    {
        _writers.Remove(writer.Key);
        _byUse.Remove(writer.Place!);
        writer.Place = null;
        writer.Timer?.Dispose();
        writer.ReleaseNames();
        var now = shared.NowMilliseconds;
        if (writer.Counter >= now)
        {
            if (_ahead.Count >= maxOpen)
            {
                foreach (var (key, _) in _ahead.Where(pair => pair.Value < now).ToList())
                {
                    _ahead.Remove(key);
                }
            }

            _ahead[writer.Key] = writer.Counter;
        }

        return writer.TakeFile();
    }

    private void Finish(BucketFile? file)
    {
        if (file is not null)
        {
            finish(file);
        }
    }
}
