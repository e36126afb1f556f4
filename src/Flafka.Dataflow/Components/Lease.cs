using System.Collections;
using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Events lent by a channel to a sink. Each event is committed or given back exactly once.</summary>
/// <remarks>
/// Thread-safe. A channel derives from it and learns of runs of neighbouring events. A lease without events asks the sink to flush.
/// A lease taken away from a sink that hangs ignores what that sink still says about it.
/// </remarks>
public abstract class Lease
{
    private ImmutableArray<FlumeEvent> _events;
    private BitArray? _settled;
    private int _open;
    private bool _isBegun;
    private bool _isTakenAway;

    /// <summary>A lease of these events.</summary>
    protected Lease(ImmutableArray<FlumeEvent> events)
    {
        _events = events;
        Count = Untold = _open = events.Length;
    }

    /// <summary>The events, in the order of the channel. The stored array where the lease is exactly one batch, else a copy of the references.</summary>
    /// <exception cref="InvalidOperationException">They were released.</exception>
    public ImmutableArray<FlumeEvent> Events => _events.IsDefault ? throw new InvalidOperationException("The events of this lease were released.") : _events;

    /// <summary>Number of events; 0 for a request to flush.</summary>
    public int Count { get; }

    /// <summary>Whether every event is committed or given back.</summary>
    public bool IsSettled => Volatile.Read(ref _open) == 0;

    /// <summary>The feed that gave the lease.</summary>
    internal ChannelFeed? Feed { get; set; }

    /// <summary>Events whose settlement the feed has not heard of yet; the feed's. Two threads may settle the last events before either has told it.</summary>
    internal int Untold { get; set; }

    /// <summary>Told of every commit, with the number of events; set by the host when it begins.</summary>
    internal Action<int>? CommitObserver { get; set; }

    /// <summary>Commits all that is still open.</summary>
    /// <exception cref="InvalidOperationException">Nothing is open.</exception>
    public void Commit() => SettleOpen(null, bySink: true);

    /// <summary>Commits these events; the others stay lent.</summary>
    /// <param name="indexes">Places in <see cref="Events"/>, in any order.</param>
    /// <exception cref="InvalidOperationException">One of them is settled already.</exception>
    public void Commit(ReadOnlySpan<int> indexes) => Settle(indexes, null);

    /// <summary>Gives back all that is still open; the channel lends it again, first.</summary>
    /// <exception cref="InvalidOperationException">Nothing is open.</exception>
    public void Rollback(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        SettleOpen(reason, bySink: true);
    }

    /// <summary>Gives back these events; the others stay lent.</summary>
    /// <exception cref="InvalidOperationException">One of them is settled already.</exception>
    public void Rollback(ReadOnlySpan<int> indexes, Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Settle(indexes, reason);
    }

    /// <summary>
    /// The sink has taken the events on and needs nothing but their settlement; a file has them, say, that counts when it is closed. Nobody may ask for
    /// <see cref="Events"/> any more. A durable channel then keeps none of them in memory, and reads them again when they are given back; others keep them.
    /// </summary>
    public void ReleaseEvents()
    {
        lock (this)
        {
            if (!_events.IsDefault && !_isTakenAway)
            {
                _events = default;
                OnReleased();
            }
        }
    }

    /// <summary>The sink needs the events no more; they may still be given back.</summary>
    protected virtual void OnReleased()
    {
    }

    /// <summary>The channel forgets these events.</summary>
    /// <param name="start">Place of the first.</param>
    /// <param name="count">How many.</param>
    protected abstract void OnCommitted(int start, int count);

    /// <summary>The channel takes these events back to their places.</summary>
    /// <param name="start">Place of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="reason">Why.</param>
    protected abstract void OnRolledBack(int start, int count, Exception reason);

    /// <summary>Called after events were given back, outside all locks: other sinks may take them now.</summary>
    protected virtual void AfterRollback()
    {
    }

    /// <summary>The host begins to work on the lease. False: it was recalled meanwhile.</summary>
    internal bool TryBegin()
    {
        lock (this)
        {
            if (_isTakenAway)
            {
                return false;
            }

            return _isBegun = true;
        }
    }

    /// <summary>Gives everything back unless the host has begun.</summary>
    internal bool TryRecall(Exception reason)
    {
        lock (this)
        {
            if (_isBegun || _isTakenAway)
            {
                return false;
            }

            _isTakenAway = true;
            SettleRuns(reason);
        }

        AfterRollback();
        Feed?.OnSettled(this, Count, null);
        return true;
    }

    /// <summary>The host gives back what is open, without telling the feed that the sink failed on its own.</summary>
    internal void GiveBack(Exception reason) => SettleOpen(reason, bySink: false);

    /// <summary>Gives back what is open and ignores whatever the sink says later.</summary>
    internal void TakeAway(Exception reason)
    {
        int open;
        Feed?.GoBack();
        lock (this)
        {
            if (_isTakenAway)
            {
                return;
            }

            _isTakenAway = true;
            open = _open;
            SettleRuns(reason);
        }

        if (open > 0)
        {
            AfterRollback();
            Feed?.OnSettled(this, open, null);
        }
    }

    private void SettleOpen(Exception? reason, bool bySink)
    {
        int open;
        GoBackBefore(reason);
        lock (this)
        {
            if (_isTakenAway)
            {
                return;
            }

            if (_open == 0)
            {
                throw new InvalidOperationException("Every event of this lease is settled already.");
            }

            open = _open;
            SettleRuns(reason);
        }

        TellEnd(open, reason, bySink ? reason : null);
    }

    private void Settle(ReadOnlySpan<int> indexes, Exception? reason)
    {
        GoBackBefore(reason);
        lock (this)
        {
            if (_isTakenAway || indexes.IsEmpty)
            {
                return;
            }

            _settled ??= new BitArray(Count, _open == 0);
            Span<int> sorted = indexes.Length <= 256 ? stackalloc int[indexes.Length] : new int[indexes.Length];
            indexes.CopyTo(sorted);
            sorted.Sort();
            for (var i = 0; i < sorted.Length; i++)
            {
                if (_settled[sorted[i]] || (i > 0 && sorted[i] == sorted[i - 1]))
                {
                    throw new InvalidOperationException($"Event {sorted[i]} of this lease is settled already.");
                }
            }

            _open -= sorted.Length;
            for (int i = 0, start = 0; i < sorted.Length; i++)
            {
                _settled[sorted[i]] = true;
                if (i + 1 == sorted.Length || sorted[i + 1] != sorted[i] + 1)
                {
                    Tell(sorted[start], i - start + 1, reason);
                    start = i + 1;
                }
            }
        }

        TellEnd(indexes.Length, reason, reason);
    }

    // Nothing behind these events may be lent before they are: the feed stops first, then they go back.
    private void GoBackBefore(Exception? reason)
    {
        if (reason is not null)
        {
            Feed?.GoBack();
        }
    }

    // All open events, as runs. The caller holds the lock.
    private void SettleRuns(Exception? reason)
    {
        if (_open == 0)
        {
            return;
        }

        _open = 0;
        if (_settled is null)
        {
            Tell(0, Count, reason);
            return;
        }

        for (var start = 0; start < Count; start++)
        {
            if (_settled[start])
            {
                continue;
            }

            var end = start;
            while (end < Count && !_settled[end])
            {
                _settled[end++] = true;
            }

            Tell(start, end - start, reason);
            start = end;
        }
    }

    private void TellEnd(int events, Exception? reason, Exception? failure)
    {
        if (reason is null)
        {
            CommitObserver?.Invoke(events);
        }
        else
        {
            AfterRollback();
        }

        Feed?.OnSettled(this, events, failure);
    }

    private void Tell(int start, int count, Exception? reason)
    {
        if (reason is null)
        {
            OnCommitted(start, count);
        }
        else
        {
            OnRolledBack(start, count, reason);
        }
    }
}
