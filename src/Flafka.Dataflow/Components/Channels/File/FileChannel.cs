using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// Keeps events on disk. What was acknowledged survives a crash of the process and a power cut; what a sink has committed does not come back after a crash,
/// and after a power cut at most what was committed in the last 50 ms.
/// </summary>
[Channel("file", JavaClass = "org.apache.flume.channel.file.FileChannel", IsDurable = true)]
public sealed class FileChannel(FileChannelOptions channelOptions, IStorage storage, ComponentContext context, ILogger<FileChannel> logger) : IChannel, ILeaseSource
{
    // Events that are put and not yet stored are in memory.
    private const long MostBytesWaiting = 64 << 20;
    private static readonly TimeSpan TroublePoll = TimeSpan.FromMilliseconds(500);

    private readonly LogSettings _settings = channelOptions.Settings(context.Id);
    private ImmutableArray<ChannelFeed> _feeds = [];
    private CapacityGate _gate = new(context.Runtime, channelOptions.Capacity, long.MaxValue);
    private CapacityGate _writing = new(context.Runtime, int.MaxValue, MostBytesWaiting);
    private DirectoryLocks? _locks;
    private EventLog? _log;
    private FileQueue? _queue;
    private int _upstreamWaiting;
    private int _nextFeed;

    /// <summary>Replaces what the options say, for tests that want small segments.</summary>
    internal LogSettings Settings { get => field ?? _settings; init; }

    /// <inheritdoc/>
    public ChannelStatistics Statistics
    {
        get
        {
            var (live, leased, bodyBytes) = _queue?.Figures ?? default;
            return new ChannelStatistics(live, leased, channelOptions.Capacity, bodyBytes, live);
        }
    }

    /// <inheritdoc/>
    public string? Problem => _log is not { } log ? null : log.Trouble ?? log.Directories.FirstOrDefault(static directory => directory.Trouble is not null)?.Trouble ?? log.Damage;

    bool ILeaseSource.HasUnlent => _queue is { HasUnlent: true };

    bool ILeaseSource.IsWaitedFor =>
        _gate.HasWaiters || _writing.HasWaiters || Volatile.Read(ref _upstreamWaiting) > 0 || _queue is { IsDraining: true };

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        if (_queue is not null)
        {
            return;
        }

        _locks = new DirectoryLocks(storage, $"channel {context.Id.Agent}.{context.Id.Name}");
        try
        {
            foreach (var directory in Settings.DataDirectories.Concat(Settings.CheckpointFiles.Select(static file => Path.GetDirectoryName(file)!)).Distinct())
            {
                await _locks.TakeAsync(directory, abort);
                await RefuseFlumeAsync(directory, abort);
            }

            _gate = new CapacityGate(context.Runtime, channelOptions.Capacity, long.MaxValue);
            _writing = new CapacityGate(context.Runtime, int.MaxValue, MostBytesWaiting);
            _log = new EventLog(Settings, storage, context.Runtime, context.Id.Name, logger);
            var queue = new FileQueue(_log, _gate, _writing, PumpAll);
            await queue.OpenAsync(abort);
            _queue = queue;
        }
        catch
        {
            await _locks.DisposeAsync();
            _locks = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_queue is not { } queue)
        {
            return;
        }

        _queue = null;
        try
        {
            await queue.CloseAsync();
        }
        finally
        {
            await _locks!.DisposeAsync();
            _locks = null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count > _gate.MaxEvents || (batch.BodyBytes > Settings.WriteSize && batch.Count > 1))
        {
            return PutInPiecesAsync(batch, mode, abort);
        }

        var (queue, log) = (_queue ?? throw new InvalidOperationException("The channel is not open."), _log!);
        if (log.Trouble is null && _gate.TryAcquire(batch.Count, 0))
        {
            if (_writing.TryAcquire(batch.Count, batch.BodyBytes))
            {
                return new ValueTask<bool>(Store(queue, batch));
            }

            _gate.Release(batch.Count, 0);
        }

        return PutWaitingAsync(queue, log, batch, mode, abort);
    }

    /// <inheritdoc/>
    public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        var feed = new ChannelFeed(this, sink, options with { MaxEvents = Math.Min(options.MaxEvents, channelOptions.TransactionCapacity) });
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
    public Task DrainAsync(CancellationToken abort) => _queue?.DrainAsync(abort) ?? Task.CompletedTask;

    /// <summary>What it holds and how its feeds stand, for messages.</summary>
    public override string ToString() => $"{Statistics}; feeds: {string.Join("; ", _feeds)}";

    Lease? ILeaseSource.TryLease(int maxEvents) => _queue?.TryLease(maxEvents);

    private void PumpAll()
    {
        // Whoever pumps, another sink comes first each time, so that all get their share.
        var feeds = _feeds;
        var first = feeds.Length > 1 ? Interlocked.Increment(ref _nextFeed) : 0;
        for (var i = 0; i < feeds.Length; i++)
        {
            feeds[(int)((uint)(first + i) % (uint)feeds.Length)].Pump();
        }
    }

    private static bool Store(FileQueue queue, EventBatch batch) => queue.Put(
        new FileBatch(batch.Events, batch.BodyBytes) { Size = RecordBuffer.SizeOf(batch.Events.AsSpan()), Receipt = batch.Receipt, SettleWhenStored = batch.SettleWhenStored });

    private async ValueTask<bool> PutWaitingAsync(FileQueue queue, EventLog log, EventBatch batch, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.TryOnce)
        {
            return false;
        }

        var began = context.Runtime.Time.GetTimestamp();
        while (log.Trouble is { } trouble)
        {
            var left = Left();
            if (log.IsBroken || left == TimeSpan.Zero)
            {
                throw new ChannelFullException(trouble);
            }

            if (abort.IsCancellationRequested)
            {
                return false;
            }

            await context.Runtime.DelayAsync(left < TroublePoll && left != Timeout.InfiniteTimeSpan ? left : TroublePoll, CancellationToken.None);
        }

        var room = _gate.AcquireAsync(batch.Count, 0, Left(), abort);
        PumpAll(); // holding sinks learn that somebody waits
        if (!await room)
        {
            return false;
        }

        if (await _writing.AcquireAsync(batch.Count, batch.BodyBytes, Left(), abort))
        {
            if (Store(queue, batch))
            {
                return true;
            }

            _writing.Release(batch.Count, batch.BodyBytes);
        }

        _gate.Release(batch.Count, 0);
        return false;

        TimeSpan Left()
        {
            if (mode != PutMode.KeepAlive)
            {
                return Timeout.InfiniteTimeSpan;
            }

            var left = channelOptions.KeepAlive - context.Runtime.Time.GetElapsedTime(began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    // One share for each piece, so the caller's share tells whether the whole batch found its place.
    private async ValueTask<bool> PutInPiecesAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.TryOnce && batch.Count > _gate.MaxEvents - _gate.Events)
        {
            return false; // it does not fit at once
        }

        for (int start = 0, count; start < batch.Count; start += count)
        {
            count = 1;
            long bytes = batch.Events[start].Body.Length;
            while (start + count < batch.Count && count < _gate.MaxEvents && bytes + batch.Events[start + count].Body.Length <= Settings.WriteSize)
            {
                bytes += batch.Events[start + count++].Body.Length;
            }

            var piece = new EventBatch(batch.Events.Slice(start, count), batch.Receipt.Fork()) { SettleWhenStored = batch.SettleWhenStored };
            var isTaken = false;
            try
            {
                isTaken = await PutAsync(piece, mode, abort);
            }
            finally
            {
                if (!isTaken)
                {
                    piece.Receipt.Settle(Settlement.Rejected(new ChannelFullException("There was no room for all of a large batch.")));
                }
            }

            if (!isTaken)
            {
                return false;
            }
        }

        batch.Receipt.Settle(Settlement.Delivered);
        return true;
    }

    // Flume: its logs have another format. To begin anew beside them would leave their events behind, unnoticed.
    private async Task RefuseFlumeAsync(string directory, CancellationToken abort)
    {
        foreach (var entry in await storage.ListAsync(directory, abort))
        {
            var name = Path.GetFileName(entry.Path);
            if (name is "checkpoint.meta" or "inflightputs" or "inflighttakes" || (name.StartsWith("log-", StringComparison.Ordinal) && char.IsAsciiDigit(name[^1])))
            {
                throw new IOException(
                    $"'{directory}' holds a file channel of Flume 1.x ('{name}'), which this version cannot take over. Let Flume's sinks empty it first, or give this channel other directories.");
            }
        }
    }
}
