using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Which events a channel lends next: returned ones first, by number, for they were lent before everything that is untouched. Guarded by the channel's lock.</summary>
/// <param name="tryNext">The next untouched run, in order.</param>
internal sealed class LendingOrder<TBatch>(LendingOrder<TBatch>.TryNext tryNext)
    where TBatch : class, IStoredEvents
{
    private readonly PriorityQueue<EventRun<TBatch>, long> _returned = new();
    private EventRun<TBatch> _head;
    private bool _isLoading;

    public delegate bool TryNext(out EventRun<TBatch> run);

    public void Return(EventRun<TBatch> run) => _returned.Enqueue(run, run.First);

    /// <summary>Whether returned events come next that are on disk only: nothing is lent before they are loaded.</summary>
    public bool WantsLoad => !_isLoading && _returned.TryPeek(out var next, out _) && !next.IsLoaded;

    /// <summary>Gives the returned events that come next, if they are on disk only; <see cref="EndLoad"/> must follow.</summary>
    public bool TryBeginLoad(out EventRun<TBatch> run)
    {
        _isLoading |= WantsLoad;
        run = _isLoading ? _returned.Dequeue() : default;
        return _isLoading;
    }

    /// <summary>Puts what was loaded into the place of what was asked for.</summary>
    public void EndLoad(List<EventRun<TBatch>> runs)
    {
        runs.ForEach(Return);
        _isLoading = false;
    }

    /// <summary>Takes a lease's worth of runs.</summary>
    /// <param name="maxEvents">The most events.</param>
    /// <param name="owner">Told of what becomes of them.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>False when there is nothing.</returns>
    public bool TryLend(int maxEvents, IRunOwner<TBatch> owner, [NotNullWhen(true)] out Lease? lease)
    {
        lease = null;
        if (!TryTake(maxEvents, out var first))
        {
            return false;
        }

        List<EventRun<TBatch>>? more = null;
        var count = first.Count;
        while (count < maxEvents && TryTake(maxEvents - count, out var run))
        {
            (more ??= []).Add(run);
            count += run.Count;
        }

        lease = new RunLease<TBatch>(owner, first, more, count);
        return true;
    }

    private bool TryTake(int max, out EventRun<TBatch> run)
    {
        run = default;
        if (_isLoading || WantsLoad)
        {
            return false;
        }

        if (_returned.TryDequeue(out run, out _))
        {
            if (run.Count > max)
            {
                Return(run.Part(max, run.Count - max));
                run = run.Part(0, max);
            }

            return true;
        }

        if (_head.Count == 0 && !tryNext(out _head))
        {
            return false;
        }

        run = _head.Part(0, Math.Min(max, _head.Count));
        _head = run.Count == _head.Count ? default : _head.Part(run.Count, _head.Count - run.Count);
        return true;
    }
}
