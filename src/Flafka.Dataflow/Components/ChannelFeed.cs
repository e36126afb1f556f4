using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow;

/// <summary>
/// Hands the leases of a channel to one sink's block; every channel makes one in <see cref="IChannel.Connect"/>. It has no loop of its own:
/// the channel calls <see cref="Pump"/> whenever it has stored something, something has come back, or somebody begins to wait.
/// </summary>
/// <remarks>
/// A slot is taken when a lease is posted and comes back when the host's handler ends, so a sink that backs off gets nothing.
/// With more than one slot, or a sink that holds, the first rollback stops the feed: leases not yet begun go back untouched, those under
/// way are awaited, then lending starts again at the lowest number. Lock order: feed, lease, channel.
/// </remarks>
public sealed class ChannelFeed : IChannelFeed
{
    private static readonly InvalidOperationException Recalled = new("Recalled: an earlier lease was rolled back.");

    private readonly Lock _sync = new();
    private readonly ILeaseSource _source;
    private readonly ITargetBlock<Lease> _sink;
    private readonly FeedOptions _options;
    private readonly FlushRequest _flush;
    private readonly List<Lease> _posted = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disconnecting = new();
    private int _freeSlots;
    private int _openLeases;
    private int _openEvents;
    private bool _isPaused;
    private bool _isFlushPosted;
    private bool _hasLentSinceFlush;
    private bool _isDisconnected;
    private (Lease Lease, Exception Reason)? _failure;

    /// <summary>A feed from a channel to a block. Lends nothing before the first <see cref="Pump"/>.</summary>
    /// <param name="source">The channel.</param>
    /// <param name="sink">The sink's block: unbounded, and completed only after <see cref="DisconnectAsync"/>.</param>
    /// <param name="options">Bounds; <see cref="FeedOptions.MaxEvents"/> and <see cref="FeedOptions.Window"/> at least 1.</param>
    public ChannelFeed(ILeaseSource source, ITargetBlock<Lease> sink, FeedOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        _source = source;
        _sink = sink;
        _options = options;
        _freeSlots = options.Window;
        _flush = new FlushRequest { Feed = this };
    }

    /// <inheritdoc/>
    public Task Completion => _completion.Task;

    /// <summary>Fires when the feed is being disconnected; cuts a back-off short.</summary>
    internal CancellationToken Disconnecting => _disconnecting.Token;

    private bool Holds => _options.MaxHeldEvents > 0;

    // More than one lease may be out, so a rollback must stop the ones behind it.
    private bool GoesBack => Holds || _options.Window > 1;

    /// <inheritdoc/>
    public async Task DisconnectAsync()
    {
        List<Lease> recalled;
        lock (_sync)
        {
            _isDisconnected = true;
            recalled = TakePosted();
        }

        _disconnecting.Cancel();
        Recall(recalled);
        Pump();
        await _completion.Task;
    }

    /// <summary>Lends as much as slots and bounds allow.</summary>
    public void Pump()
    {
        // The usual case of a put while the sink is at work: nothing to do, and the handler pumps when it ends. The barrier stands between
        // what the caller stored and what is read here, so either the handler sees the events or this call sees its slot.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _freeSlots) == 0 && !Holds && !Volatile.Read(ref _isDisconnected))
        {
            return;
        }

        lock (_sync)
        {
            PumpLocked();
        }
    }

    /// <summary>The host began with a lease; it can no longer be recalled.</summary>
    internal void OnBegun(Lease lease)
    {
        lock (_sync)
        {
            _posted.Remove(lease);
        }
    }

    /// <summary>The host's handler for a lease, or for a request to flush, has ended.</summary>
    internal void OnHandlerEnded(Lease lease)
    {
        lock (_sync)
        {
            if (ReferenceEquals(lease, _flush))
            {
                _isFlushPosted = false;
            }
            else
            {
                Interlocked.Increment(ref _freeSlots); // a barrier: see Pump
            }

            PumpLocked();
        }
    }

    /// <summary>The next lease for a host that has just backed off and still occupies its slot; <see langword="null"/> when there is none to try now.</summary>
    internal Lease? TryLeaseAgain()
    {
        lock (_sync)
        {
            if (_isDisconnected || _openLeases > 0)
            {
                return null;
            }

            var lease = TryLease();
            lease?.TryBegin();
            return lease;
        }
    }

    /// <summary>The first rollback by a sink itself, outside a call, since the last time it was asked for.</summary>
    internal (Lease Lease, Exception Reason)? TakeFailure()
    {
        lock (_sync)
        {
            var failure = _failure;
            _failure = null;
            return failure;
        }
    }

    /// <summary>Events of a lease were settled.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="events">How many of its events.</param>
    /// <param name="failure">Why the sink gave them back; <see langword="null"/> for a commit, and for a rollback by the host.</param>
    internal void OnSettled(Lease lease, int events, Exception? failure)
    {
        lock (_sync)
        {
            _openEvents -= events;
            lease.Untold -= events;
            if (lease.Untold == 0)
            {
                _openLeases--;
            }

            if (failure is not null && GoesBack)
            {
                _failure ??= (lease, failure);
                if (!_isFlushPosted)
                {
                    _isFlushPosted = true;
                    Post(_flush); // the host backs off there
                }
            }
        }

        if (GoesBack || failure is not null)
        {
            Pump();
        }
    }

    /// <summary>Events are about to go back: nothing more is lent, and what stands behind them in the block goes back first.</summary>
    internal void GoBack()
    {
        if (!GoesBack)
        {
            return;
        }

        List<Lease> recalled;
        lock (_sync)
        {
            _isPaused = true;
            recalled = TakePosted();
        }

        Recall(recalled);
    }

    /// <summary>Where it stands, for messages.</summary>
    public override string ToString()
    {
        lock (_sync)
        {
            return $"{_openEvents} events in {_openLeases} leases open, {_freeSlots} of {_options.Window} slots free"
                + (_isPaused ? ", going back" : "") + (_isFlushPosted ? ", flushing" : "") + (_isDisconnected ? ", disconnecting" : "");
        }
    }

    // The caller holds the lock.
    private void PumpLocked()
    {
        if (_isPaused && _openLeases == 0 && _freeSlots == _options.Window && !_isFlushPosted)
        {
            _isPaused = false;
        }

        while (!_isDisconnected && !_isPaused && _freeSlots > 0 && TryLease() is { } lease)
        {
            _freeSlots--;
            _posted.Add(lease);
            Post(lease);
        }

        if (ShouldFlush())
        {
            _isFlushPosted = true;
            _hasLentSinceFlush = false;
            Post(_flush);
        }

        CheckEnd();
    }

    private Lease? TryLease()
    {
        var max = Holds ? Math.Min(_options.MaxEvents, _options.MaxHeldEvents - _openEvents) : _options.MaxEvents;
        if (max <= 0 || _source.TryLease(max) is not { } lease)
        {
            return null;
        }

        lease.Feed = this;
        _openLeases++;
        _openEvents += lease.Count;
        _hasLentSinceFlush = true;
        return lease;
    }

    private bool ShouldFlush()
    {
        if (!Holds || _isFlushPosted || !_hasLentSinceFlush || _openEvents == 0)
        {
            return false;
        }

        return _isDisconnected || _isPaused || _openEvents >= _options.MaxHeldEvents || (!_source.HasUnlent && _source.IsWaitedFor);
    }

    private void CheckEnd()
    {
        if (_isDisconnected && _openLeases == 0 && _freeSlots == _options.Window && !_isFlushPosted)
        {
            _completion.TrySetResult();
        }
    }

    private List<Lease> TakePosted()
    {
        List<Lease> posted = [.. _posted];
        _posted.Clear();
        return posted;
    }

    private void Recall(List<Lease> leases)
    {
        foreach (var lease in leases)
        {
            if (lease.TryRecall(Recalled))
            {
                lock (_sync)
                {
                    _freeSlots++; // its message stays in the block; the host skips it
                }
            }
        }
    }

    private void Post(Lease lease)
    {
        if (!_sink.Post(lease))
        {
            throw new InvalidOperationException("A sink's block must be unbounded and complete only after its feed is disconnected.");
        }
    }

    private sealed class FlushRequest() : Lease([])
    {
        protected override void OnCommitted(int start, int count)
        {
        }

        protected override void OnRolledBack(int start, int count, Exception reason)
        {
        }
    }
}
