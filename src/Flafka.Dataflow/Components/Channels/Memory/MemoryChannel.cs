using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Holds events in memory, bounded by number and bytes. What is inside is gone when the process ends; with <c>acknowledge = auto</c>
/// a source that can read again then reads it again.</summary>
[Channel(
    "memory", JavaClass = "org.apache.flume.channel.MemoryChannel",
    BetterThanFlume = "a crash loses nothing when the source can read again; bytes are bounded by default")]
public sealed class MemoryChannel : IChannel, ILeaseSource, IRunOwner<StoredBatch>
{
    private static readonly InvalidOperationException Stopping = new("The agent stops; the source reads these events again.");
    private static readonly InvalidOperationException Aborted = new("The agent stopped before these events were delivered.");

    private readonly Lock _sync = new();
    private readonly AgentRuntime _runtime;
    private readonly TimeSpan _keepAlive;
    private readonly ChannelFeeds _feeds;
    private readonly CapacityGate _gate;
    private readonly BufferBlock<StoredBatch> _stored;
    private readonly LendingOrder<StoredBatch> _order;
    private readonly OpenBatches _open = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _nextSequence;
    private long _unlent;
    private long _leased;
    private long _owned;
    private bool _isDraining;
    private bool _isClosed;

    /// <summary>An empty channel.</summary>
    public MemoryChannel(MemoryChannelOptions options, AgentRuntime runtime, MemoryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(budget);
        _runtime = runtime;
        _keepAlive = options.KeepAlive;
        _feeds = new ChannelFeeds(this, options.TransactionCapacity);
        _gate = new CapacityGate(runtime, options.Capacity, options.ByteBudget(budget.BytesPerChannel));
        _stored = new BufferBlock<StoredBatch>(new DataflowBlockOptions { TaskScheduler = runtime.Scheduler });
        _order = new LendingOrder<StoredBatch>(TryNext);
    }

    /// <inheritdoc/>
    public ChannelStatistics Statistics
    {
        get
        {
            lock (_sync)
            {
                return new ChannelStatistics(_unlent + _leased, _leased, _gate.MaxEvents, _gate.Bytes, _owned)
                {
                    OldestEventAge = _open.Oldest is { } oldest ? _runtime.Time.GetElapsedTime(oldest.StoredAt) : null,
                };
            }
        }
    }

    bool ILeaseSource.HasUnlent => Volatile.Read(ref _unlent) > 0;

    bool ILeaseSource.IsWaitedFor => _gate.HasWaiters || _feeds.IsWaitedFor || Volatile.Read(ref _isDraining);

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count <= _gate.MaxEvents && (batch.BodyBytes <= _gate.MaxBytes || batch.Count == 1))
        {
            return _gate.TryAcquire(batch.Count, batch.BodyBytes) ? new ValueTask<bool>(Store(batch)) : PutWaitingAsync(batch, mode, abort);
        }

        // Asked only once: it never fits at once.
        return mode == PutMode.TryOnce ? new ValueTask<bool>(false) : PutInPiecesAsync(batch, mode, abort);
    }

    /// <inheritdoc/>
    public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options) => _feeds.Connect(sink, options);

    /// <inheritdoc/>
    public void UpstreamWaits(int change) => _feeds.UpstreamWaits(change);

    /// <inheritdoc/>
    public async Task DrainAsync(CancellationToken abort)
    {
        foreach (var share in GiveUpUntouched())
        {
            share.Settle(Settlement.Rejected(Stopping));
        }

        _feeds.PumpAll();
        using (abort.UnsafeRegister(static channel => ((MemoryChannel)channel!).Abort(), this))
        {
            await _drained.Task;
        }
    }

    /// <summary>What it holds and how its feeds stand, for messages.</summary>
    public override string ToString() => $"{Statistics}; feeds: {_feeds}";

    Lease? ILeaseSource.TryLease(int maxEvents)
    {
        lock (_sync)
        {
            if (_isClosed || !_order.TryLend(maxEvents, this, out var lease))
            {
                return null;
            }

            _unlent -= lease.Count;
            _leased += lease.Count;
            return lease;
        }
    }

    void IRunOwner<StoredBatch>.OnCommitted(EventRun<StoredBatch> run)
    {
        Receipt? settled = null;
        lock (_sync)
        {
            _leased -= run.Count;
            if (run.Batch.IsOwned)
            {
                _owned -= run.Count;
            }

            run.Batch.Open -= run.Count;
            if (run.Batch.Open == 0)
            {
                settled = run.Batch.Receipt;
                run.Batch.Receipt = null;
                _open.Remove(run.Batch);
            }

            CheckDrained();
        }

        _gate.Release(run.Count, run.BodyBytes);
        settled?.Settle(Settlement.Delivered);
    }

    void IRunOwner<StoredBatch>.OnRolledBack(EventRun<StoredBatch> run)
    {
        lock (_sync)
        {
            _leased -= run.Count;
            _unlent += run.Count;
            _order.Return(run);
            CheckDrained();
        }
    }

    void IRunOwner<StoredBatch>.PumpAll() => _feeds.PumpAll();

    private async ValueTask<bool> PutWaitingAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.TryOnce)
        {
            return false;
        }

        var limit = mode == PutMode.KeepAlive ? _keepAlive : Timeout.InfiniteTimeSpan;
        var admitted = _gate.AcquireAsync(batch.Count, batch.BodyBytes, limit, abort);
        _feeds.PumpAll(); // holding sinks learn that somebody waits
        return await admitted && Store(batch);
    }

    private ValueTask<bool> PutInPiecesAsync(EventBatch batch, PutMode mode, CancellationToken abort) =>
        Pieces.PutAsync(batch, _gate.MaxEvents, _gate.MaxBytes, piece => PutAsync(piece, mode, abort));

    private bool Store(EventBatch batch)
    {
        lock (_sync)
        {
            if (!_isClosed)
            {
                var stored = new StoredBatch(batch, _nextSequence, _runtime.Time.GetTimestamp());
                _nextSequence += batch.Count;
                _unlent += batch.Count;
                _owned += stored.IsOwned ? batch.Count : 0;
                _open.Add(stored);
                _stored.Post(stored);
            }
            else
            {
                batch = batch.WithEvents([]);
            }
        }

        if (batch.Count == 0)
        {
            return false;
        }

        if (batch.SettleWhenStored)
        {
            batch.Receipt.Settle(Settlement.Delivered);
        }

        _feeds.PumpAll();
        return true;
    }

    // The caller holds the lock.
    private bool TryNext(out EventRun<StoredBatch> run)
    {
        run = _stored.TryReceive(out var batch) ? new EventRun<StoredBatch>(batch, 0, batch.Events.Length) : default;
        return batch is not null;
    }

    // Batches that nobody has begun and that their source reads again need not be waited for. A shared batch may be delivered by
    // another channel already, so giving it up here would double it there.
    private List<Receipt> GiveUpUntouched()
    {
        List<Receipt> given = [];
        lock (_sync)
        {
            _isDraining = true;
            if (_stored.TryReceiveAll(out var untouched))
            {
                foreach (var batch in untouched)
                {
                    if (batch.Receipt is { IsShared: false } share)
                    {
                        batch.Receipt = null;
                        given.Add(share);
                        _open.Remove(batch);
                        Forget(batch.Events.Length, batch.BodyBytes);
                    }
                    else
                    {
                        _stored.Post(batch);
                    }
                }
            }

            CheckDrained();
        }

        return given;
    }

    // Runs on abort: nothing is lent any more, and every share still held is rejected. Leases under way may still be committed.
    private void Abort()
    {
        List<Receipt> rejected;
        lock (_sync)
        {
            _isClosed = true;
            _stored.TryReceiveAll(out _);
            rejected = _open.TakeShares();
            _drained.TrySetResult();
        }

        foreach (var share in rejected)
        {
            share.Settle(Settlement.Rejected(Aborted));
        }
    }

    private void Forget(int events, long bytes)
    {
        _unlent -= events;
        _gate.Release(events, bytes);
    }

    private void CheckDrained()
    {
        if (_isDraining && _unlent + _leased == 0)
        {
            _drained.TrySetResult();
        }
    }
}
