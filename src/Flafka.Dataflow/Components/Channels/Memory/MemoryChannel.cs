using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Holds events in memory, bounded by number and bytes. What is inside is gone when the process ends; with <c>acknowledge = auto</c>
/// a source that can read again then reads it again.</summary>
[Channel("memory", JavaClass = "org.apache.flume.channel.MemoryChannel")]
public sealed class MemoryChannel : IChannel, ILeaseSource
{
    private static readonly InvalidOperationException Stopping = new("The agent stops; the source reads these events again.");
    private static readonly InvalidOperationException Aborted = new("The agent stopped before these events were delivered.");

    private readonly Lock _sync = new();
    private readonly AgentRuntime _runtime;
    private readonly TimeSpan _keepAlive;
    private readonly int _maxLease;
    private readonly CapacityGate _gate;
    private readonly BufferBlock<StoredBatch> _stored;
    private readonly PriorityQueue<StoredRun, long> _returned = new();
    private readonly OpenBatches _open = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<ChannelFeed> _feeds = [];
    private StoredRun _head;
    private long _nextSequence;
    private long _unlent;
    private long _leased;
    private long _owned;
    private int _upstreamWaiting;
    private int _nextFeed;
    private bool _isDraining;
    private bool _isClosed;

    /// <summary>An empty channel.</summary>
    public MemoryChannel(MemoryChannelOptions options, AgentRuntime runtime, MemoryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(budget);
        _runtime = runtime;
        Settle = (OnCommitted, OnRolledBack);
        _keepAlive = options.KeepAlive;
        _maxLease = options.TransactionCapacity;
        _gate = new CapacityGate(runtime, options.Capacity, options.ByteBudget(budget.BytesPerChannel));
        _stored = new BufferBlock<StoredBatch>(new DataflowBlockOptions { TaskScheduler = runtime.Scheduler });
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

    bool ILeaseSource.IsWaitedFor => _gate.HasWaiters || Volatile.Read(ref _upstreamWaiting) > 0 || Volatile.Read(ref _isDraining);

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count <= _gate.MaxEvents && (batch.BodyBytes <= _gate.MaxBytes || batch.Count == 1))
        {
            return _gate.TryAcquire(batch.Count, batch.BodyBytes) ? new ValueTask<bool>(Store(batch)) : PutWaitingAsync(batch, mode, abort);
        }

        return PutInPiecesAsync(batch, mode, abort);
    }

    /// <inheritdoc/>
    public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        var feed = new ChannelFeed(this, sink, options with { MaxEvents = Math.Min(options.MaxEvents, _maxLease) });
        ImmutableInterlocked.Update(ref _feeds, feeds => feeds.RemoveAll(old => old.Completion.IsCompleted).Add(feed));
        feed.Pump();
        return feed;
    }

    /// <inheritdoc/>
    public void UpstreamWaits(int change)
    {
        if (Interlocked.Add(ref _upstreamWaiting, change) > 0 && change > 0)
        {
            PumpAll();
        }
    }

    /// <inheritdoc/>
    public async Task DrainAsync(CancellationToken abort)
    {
        foreach (var share in GiveUpUntouched())
        {
            share.Settle(Settlement.Rejected(Stopping));
        }

        PumpAll();
        using (abort.UnsafeRegister(static channel => ((MemoryChannel)channel!).Abort(), this))
        {
            await _drained.Task;
        }
    }

    /// <summary>What it holds and how its feeds stand, for messages.</summary>
    public override string ToString() => $"{Statistics}; feeds: {string.Join("; ", _feeds)}";

    Lease? ILeaseSource.TryLease(int maxEvents)
    {
        lock (_sync)
        {
            if (_isClosed || !TryTake(maxEvents, out var first))
            {
                return null;
            }

            List<StoredRun>? more = null;
            var count = first.Count;
            while (count < maxEvents && TryTake(maxEvents - count, out var run))
            {
                (more ??= []).Add(run);
                count += run.Count;
            }

            _unlent -= count;
            _leased += count;
            return new MemoryLease(this, first, more, count);
        }
    }

    /// <summary>Made once: a lease settles by calling them for each of its runs.</summary>
    internal (Action<StoredRun> Commit, Action<StoredRun> RollBack) Settle { get; }

    private void OnCommitted(StoredRun run)
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

    private void OnRolledBack(StoredRun run)
    {
        lock (_sync)
        {
            _leased -= run.Count;
            _unlent += run.Count;
            _returned.Enqueue(run, run.Sequence);
            CheckDrained();
        }
    }

    internal void PumpAll()
    {
        var feeds = _feeds;
        if (feeds.Length == 1)
        {
            feeds[0].Pump();
            return;
        }

        // Whoever pumps, another sink comes first each time, so that all get their share.
        var first = Interlocked.Increment(ref _nextFeed);
        for (var i = 0; i < feeds.Length; i++)
        {
            feeds[(int)((uint)(first + i) % (uint)feeds.Length)].Pump();
        }
    }

    private async ValueTask<bool> PutWaitingAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.TryOnce)
        {
            return false;
        }

        var limit = mode == PutMode.KeepAlive ? _keepAlive : Timeout.InfiniteTimeSpan;
        var admitted = _gate.AcquireAsync(batch.Count, batch.BodyBytes, limit, abort);
        PumpAll(); // holding sinks learn that somebody waits
        return await admitted && Store(batch);
    }

    // One share for each piece, so the caller's share tells whether the whole batch found its place.
    private async ValueTask<bool> PutInPiecesAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.TryOnce)
        {
            return false; // it never fits at once
        }

        for (int start = 0, count; start < batch.Count; start += count)
        {
            count = 1;
            long bytes = batch.Events[start].Body.Length;
            while (start + count < batch.Count && count < _gate.MaxEvents && bytes + batch.Events[start + count].Body.Length <= _gate.MaxBytes)
            {
                bytes += batch.Events[start + count++].Body.Length;
            }

            var piece = new EventBatch(batch.Events.Slice(start, count), batch.Receipt.Fork()) { SettleWhenStored = batch.SettleWhenStored };
            if (!await PutAsync(piece, mode, abort))
            {
                piece.Receipt.Settle(Settlement.Rejected(new ChannelFullException("There was no room for all of a batch larger than the channel.")));
                return false;
            }
        }

        batch.Receipt.Settle(Settlement.Delivered);
        return true;
    }

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

        PumpAll();
        return true;
    }

    // The next run, returned events first: they were lent before everything that is still untouched. The caller holds the lock.
    private bool TryTake(int max, out StoredRun run)
    {
        if (_returned.TryDequeue(out run, out _))
        {
            if (run.Count > max)
            {
                var rest = new StoredRun(run.Batch, run.Start + max, run.Count - max);
                _returned.Enqueue(rest, rest.Sequence);
                run = run with { Count = max };
            }

            return true;
        }

        if (_head.Count == 0)
        {
            if (!_stored.TryReceive(out var batch))
            {
                return false;
            }

            _head = new StoredRun(batch, 0, batch.Events.Length);
        }

        run = _head with { Count = Math.Min(max, _head.Count) };
        _head = new StoredRun(_head.Batch, _head.Start + run.Count, _head.Count - run.Count);
        return true;
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
