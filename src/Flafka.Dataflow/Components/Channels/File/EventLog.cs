using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// What a file channel holds on disk: its directories, their segments, and one writer for each. Whoever uses it keeps its own state under <see cref="Sync"/>,
/// too, so that what is stored, lent and committed never disagree.
/// </summary>
internal sealed partial class EventLog(LogSettings settings, IStorage storage, AgentRuntime runtime, string channel, ILogger logger)
{
    private const long StretchSize = 4 << 20;

    private readonly ILogger _logger = logger;
    private readonly Queue<FileBatch> _waiting = new();
    private readonly Queue<FileBatch> _unpublished = new();
    private readonly AsyncSignal _checkpointDue = new();
    private ImmutableArray<SegmentWriter> _writers = [];
    private ImmutableArray<Task> _loops = [];
    private ITimer? _checkpointTimer;
    private int _writerAtHand;
    private long _appendedAtHand;
    private long _appended;
    private bool _isClosing;

    public Lock Sync { get; } = new();

    public LogSettings Settings => settings;

    public IStorage Storage => storage;

    public AgentRuntime Runtime => runtime;

    public ImmutableArray<DataDirectory> Directories { get; } = [.. settings.DataDirectories.Select(static path => new DataDirectory(path))];

    /// <summary>The number that the next event gets.</summary>
    public long NextSequence { get; set; }

    /// <summary>Everything below is stored or refused, so it may be read in the order of its numbers.</summary>
    public long PublishedTo { get; private set; }

    /// <summary>Told, under the lock and in order, of every batch that is stored or refused.</summary>
    public Action<FileBatch> OnPublished { get; set; } = static _ => { };

    /// <summary>Told, outside the lock, after batches were published.</summary>
    public Action AfterPublished { get; set; } = static () => { };

    /// <summary>Told, under the lock, of live events that turned out to be unreadable.</summary>
    public Action<long> OnLost { get; set; } = static _ => { };

    /// <summary>Something that was set aside, for as long as the channel runs.</summary>
    public string? Damage { get; private set; }

    /// <summary>Bytes of what waits for a writer, at most. Guarded by the lock.</summary>
    public long WaitingBytes { get; private set; }

    public bool HasUnpublished
    {
        get
        {
            lock (Sync)
            {
                return _unpublished.Count > 0;
            }
        }
    }

    /// <summary>Why no directory takes puts; <see langword="null"/> when one does.</summary>
    public string? Trouble
    {
        get
        {
            foreach (var directory in Directories)
            {
                if (directory.Trouble is null)
                {
                    return null;
                }
            }

            return Directories[0].Trouble;
        }
    }

    /// <summary>Whether no directory will take puts before a restart.</summary>
    public bool IsBroken => Directories.All(static directory => directory.IsBroken);

    /// <summary>Reads what is there and begins to write.</summary>
    public async Task OpenAsync(CancellationToken abort)
    {
        var checkpoint = await Checkpoint.LoadAsync(storage, settings.CheckpointFiles, abort);
        foreach (var directory in Directories)
        {
            await new Recovery(this, directory, checkpoint).RunAsync(abort);
        }

        NextSequence = Math.Max(NextSequence, checkpoint?.NextSequence ?? 0);
        PublishedTo = NextSequence;
        _writers = [.. Directories.Select(directory => new SegmentWriter(this, directory))];
        _checkpointTimer = runtime.Time.CreateTimer(_ => _checkpointDue.Set(), null, settings.CheckpointInterval, settings.CheckpointInterval);
        _loops = [.. _writers.Select(writer => runtime.Start(writer.RunAsync)), runtime.Start(KeepCheckpointsAsync)];
    }

    /// <summary>Writes what waits, and a checkpoint where that is wanted.</summary>
    public async Task CloseAsync()
    {
        lock (Sync)
        {
            _isClosing = true;
        }

        _checkpointDue.Set();
        foreach (var writer in _writers)
        {
            writer.Close();
        }

        await Join.AllAsync(_loops);
        _checkpointTimer?.Dispose();
        if (settings.CheckpointOnClose && !_loops.IsEmpty)
        {
            await CheckpointAsync();
        }
    }

    /// <summary>Gives a batch its numbers and its place. The caller holds the lock, and calls <see cref="Wake"/> afterwards.</summary>
    public void Append(FileBatch batch)
    {
        batch.First = NextSequence;
        NextSequence += batch.Events.Length;
        _waiting.Enqueue(batch);
        WaitingBytes += batch.Size;
        _unpublished.Enqueue(batch);
        if ((_appendedAtHand += batch.Size) > StretchSize)
        {
            (_appendedAtHand, _writerAtHand) = (0, (_writerAtHand + 1) % _writers.Length); // all directories fill alike
        }
    }

    /// <summary>Lets a writer have a look: the one at hand while it is free, so that neighbours stay together; else the next that is.</summary>
    public void Wake()
    {
        var (writers, first) = (_writers, Volatile.Read(ref _writerAtHand));
        SegmentWriter? inService = null;
        for (var i = 0; i < writers.Length; i++)
        {
            var writer = writers[(first + i) % writers.Length];
            if (writer.Directory.Trouble is not null)
            {
                continue;
            }

            inService ??= writer;
            if (!writer.IsBusy)
            {
                inService = writer;
                Volatile.Write(ref _writerAtHand, (first + i) % writers.Length);
                break;
            }
        }

        (inService ?? writers[first]).Wake();
    }

    /// <summary>Sinks have committed these. The caller holds the lock.</summary>
    public void Consume(FileBatch batch, long first, long end, long bodyBytes)
    {
        var directory = batch.Directory!;
        batch.Segment!.Consume(batch, first, end);
        directory.BodyBytes = directory.LiveEvents == 0 ? 0 : Math.Max(0, directory.BodyBytes - bodyBytes);
        directory.Consumed.Add(first, end);
        directory.ConsumedBytes += bodyBytes;
        foreach (var writer in _writers)
        {
            if (writer.Directory == directory)
            {
                writer.Wake();
            }
        }
    }

    /// <summary>Takes from the front of what waits, as much as belongs into one write. The caller holds the lock.</summary>
    internal void TakeWaiting(List<FileBatch> taken, long room)
    {
        while (_waiting.TryPeek(out var batch) && (taken.Count == 0 || batch.Size <= room))
        {
            room -= batch.Size;
            WaitingBytes -= batch.Size;
            taken.Add(_waiting.Dequeue());
        }
    }

    /// <summary>Batches are stored or refused: tells whom it concerns, in order.</summary>
    internal void Publish(IEnumerable<FileBatch> batches, long appended)
    {
        List<(Receipt Share, Settlement Outcome)> settled = [];
        lock (Sync)
        {
            _appended += appended;
            foreach (var batch in batches)
            {
                if (batch.Receipt is { } share && (batch.SettleWhenStored || batch.Failure is not null))
                {
                    settled.Add((share, batch.Failure is null ? Settlement.Delivered : Settlement.Rejected(batch.Failure)));
                    batch.Receipt = null;
                }
            }

            while (_unpublished.TryPeek(out var first) && (first.IsStored || first.Failure is not null))
            {
                _unpublished.Dequeue();
                PublishedTo = first.End;
                OnPublished(first);
            }
        }

        foreach (var (share, outcome) in settled)
        {
            share.Settle(outcome);
        }

        AfterPublished();
        if (Volatile.Read(ref _appended) >= settings.CheckpointBytes)
        {
            _checkpointDue.Set();
        }
    }

    /// <summary>A directory takes no puts: what waits goes into another one; when none takes them, it is refused.</summary>
    internal void PassOn()
    {
        List<FileBatch> refused = [];
        lock (Sync)
        {
            var trouble = Trouble;
            while (trouble is not null && _waiting.TryDequeue(out var batch))
            {
                WaitingBytes -= batch.Size;
                batch.Failure = new ChannelFullException(trouble);
                refused.Add(batch);
            }

            if (_waiting.Count > 0)
            {
                Wake();
            }
        }

        if (refused.Count > 0)
        {
            Publish(refused, 0);
        }
    }

    /// <summary>A directory takes no puts for now.</summary>
    internal void TakeOut(DataDirectory directory, string trouble)
    {
        bool isTold;
        lock (Sync)
        {
            isTold = directory.Trouble is not null && runtime.Time.GetElapsedTime(directory.TroubleToldAt) < TimeSpan.FromMinutes(1);
            directory.Trouble = trouble;
            directory.TroubleToldAt = isTold ? directory.TroubleToldAt : runtime.Time.GetTimestamp();
        }

        if (!isTold)
        {
            DirectoryInTrouble(channel, trouble);
        }
    }

    /// <summary>A directory takes puts again.</summary>
    internal void TakeBack(DataDirectory directory)
    {
        lock (Sync)
        {
            directory.Trouble = null;
        }

        DirectoryResumed(channel, directory.Path);
    }

    /// <summary>Refuses what is not stored yet; it may be stored all the same.</summary>
    internal void AbandonUnpublished(Exception reason)
    {
        List<Receipt> shares = [];
        lock (Sync)
        {
            foreach (var batch in _unpublished)
            {
                if (batch.Receipt is { } share)
                {
                    shares.Add(share);
                    batch.Receipt = null;
                }
            }
        }

        shares.ForEach(share => share.Settle(Settlement.Rejected(reason)));
    }

    /// <summary>Bytes of a segment cannot be read.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The first byte behind.</param>
    /// <param name="missing">How many events are lost with them.</param>
    /// <param name="isEstimate">Whether it may be fewer.</param>
    internal void ReportDamage(Segment segment, long from, long to, long missing, bool isEstimate = false)
    {
        segment.IsDamaged = true;
        var events = SegmentDamage.Words(missing, isEstimate);
        Damage = $"FLK6104: bytes {from} to {to} of '{segment.Path}' are damaged; {events} are missing.";
        SetAside(channel, segment.Path, from, to, events, segment.Live.Count);
    }

    private async Task KeepCheckpointsAsync()
    {
        long last = -1;
        while (true)
        {
            await _checkpointDue.WaitAsync(CancellationToken.None);
            lock (Sync)
            {
                if (_isClosing)
                {
                    return;
                }

                if (last == _appended)
                {
                    continue;
                }
            }

            await CheckpointAsync();
            last = 0;
        }
    }

    private async Task CheckpointAsync()
    {
        try
        {
            Checkpoint checkpoint;
            lock (Sync)
            {
                _appended = 0;
                checkpoint = Checkpoint.Of(NextSequence, Directories);
            }

            await checkpoint.SaveAsync(storage, settings.CheckpointFiles, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            CheckpointFailed(channel, failure.Message);
        }
    }
}
