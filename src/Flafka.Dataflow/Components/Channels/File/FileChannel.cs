using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// Keeps events on disk. What was acknowledged survives a crash of the process and a power cut; what a sink has committed does not come back after a crash,
/// and after a power cut at most what was committed in the last 50 ms.
/// </summary>
[Channel("file", JavaClass = "org.apache.flume.channel.file.FileChannel", IsDurable = true,
    BetterThanFlume = "commits share one sync, a start does not take longer the more is inside, and damage costs the damaged records alone")]
public sealed class FileChannel(FileChannelOptions channelOptions, IStorage storage, ComponentContext context, ILogger<FileChannel> logger) : IChannel, ILeaseSource
{
    // Events that are put and not yet stored are in memory.
    private const long MostBytesWaiting = 64 << 20;
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TroublePoll = TimeSpan.FromMilliseconds(500);

    private readonly LogSettings _settings = channelOptions.Settings(context.Id);
    private CapacityGate _gate = new(context.Runtime, channelOptions.Capacity, long.MaxValue);
    private CapacityGate _writing = new(context.Runtime, int.MaxValue, MostBytesWaiting);
    private DirectoryLocks? _locks;
    private EventLog? _log;
    private FileQueue? _queue;
    private Task _closing = Task.CompletedTask;

    /// <summary>Replaces what the options say, for tests that want small segments.</summary>
    internal LogSettings Settings { get => field ?? _settings; init; }

    private ChannelFeeds Feeds => field ??= new ChannelFeeds(this, channelOptions.TransactionCapacity);

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
        _gate.HasWaiters || _writing.HasWaiters || Feeds.IsWaitedFor || _queue is { IsDraining: true };

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        if (_queue is not null)
        {
            return;
        }

        if (!await Join.WithinAsync(context.Runtime, _closing, Timeout.InfiniteTimeSpan, abort))
        {
            throw new IOException($"The file channel '{context.Id.Name}' is still being closed: its disk does not answer.");
        }

        _locks = new DirectoryLocks(storage, $"channel {context.Id.Agent}.{context.Id.Name}");
        try
        {
            foreach (var directory in Settings.DataDirectories.Concat(Settings.CheckpointFiles.Select(static file => Path.GetDirectoryName(file)!)).Distinct())
            {
                await _locks.TakeAsync(directory, abort);
                await FlumeDirectory.RefuseAsync(storage, directory, abort);
            }

            _gate = new CapacityGate(context.Runtime, channelOptions.Capacity, long.MaxValue);
            _writing = new CapacityGate(context.Runtime, int.MaxValue, MostBytesWaiting);
            _log = new EventLog(Settings, storage, context.Runtime, context.Id.Name, logger);
            var queue = new FileQueue(_log, _gate, _writing, Feeds.PumpAll);
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
        _closing = CloseAsync(queue, _locks!);
        if (await Join.UntilAsync(context.Runtime, _closing, AbortGrace, abort))
        {
            await _closing;
        }
        else
        {
            queue.Abort(); // a disk that does not answer is not waited for; until it does, the directories stay locked
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count > _gate.MaxEvents || (batch.BodyBytes > Settings.WriteSize && batch.Count > 1))
        {
            // Asked only once: it has to fit at once.
            return mode == PutMode.TryOnce && batch.Count > _gate.MaxEvents - _gate.Events ? new ValueTask<bool>(false) : PutInPiecesAsync(batch, mode, abort);
        }

        var size = RecordBuffer.SizeOf(batch.Events.AsSpan());
        var (queue, log) = (_queue ?? throw new InvalidOperationException("The channel is not open."), _log!);
        if (log.Trouble is null && _gate.TryAcquire(batch.Count, 0))
        {
            if (_writing.TryAcquire(batch.Count, size))
            {
                return new ValueTask<bool>(Store(queue, batch, size));
            }

            _gate.Release(batch.Count, 0);
        }

        return PutWaitingAsync(queue, log, batch, size, mode, abort);
    }

    /// <inheritdoc/>
    public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options) => Feeds.Connect(sink, options);

    /// <inheritdoc/>
    public void UpstreamWaits(int change) => Feeds.UpstreamWaits(change);

    /// <inheritdoc/>
    public Task DrainAsync(CancellationToken abort) => _queue?.DrainAsync(abort) ?? Task.CompletedTask;

    /// <summary>What it holds and how its feeds stand, for messages.</summary>
    public override string ToString() => $"{Statistics}; feeds: {Feeds}";

    Lease? ILeaseSource.TryLease(int maxEvents) => _queue?.TryLease(maxEvents);

    private static async Task CloseAsync(FileQueue queue, DirectoryLocks locks)
    {
        try
        {
            await queue.CloseAsync();
        }
        finally
        {
            await locks.DisposeAsync();
        }
    }

    private static bool Store(FileQueue queue, EventBatch batch, long size) => queue.Put(
        new FileBatch(batch.Events, batch.BodyBytes) { Size = size, Receipt = batch.Receipt, SettleWhenStored = batch.SettleWhenStored });

    private async ValueTask<bool> PutWaitingAsync(FileQueue queue, EventLog log, EventBatch batch, long size, PutMode mode, CancellationToken abort)
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
        Feeds.PumpAll(); // holding sinks learn that somebody waits
        if (!await room)
        {
            return false;
        }

        if (await _writing.AcquireAsync(batch.Count, size, Left(), abort))
        {
            if (Store(queue, batch, size))
            {
                return true;
            }

            _writing.Release(batch.Count, size);
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

    private ValueTask<bool> PutInPiecesAsync(EventBatch batch, PutMode mode, CancellationToken abort) =>
        Pieces.PutAsync(batch, _gate.MaxEvents, Settings.WriteSize, piece => PutAsync(piece, mode, abort));
}
