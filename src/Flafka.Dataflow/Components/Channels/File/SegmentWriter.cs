namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// Writes one directory. One loop appends whatever waits, puts and commits alike, while at most one sync is under way; all that was written before a sync
/// began is settled by it.
/// </summary>
internal sealed class SegmentWriter(EventLog log, DataDirectory directory)
{
    private const long GatherSize = 256 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly AsyncSignal _wake = new();
    private readonly RecordBuffer _buffer = new();
    private readonly SpaceWatch _space = new(log, directory);
    private readonly SegmentCleaner _cleaner = new(log, directory);
    private WriteGroup _next = new(); // taken and not yet written
    private WriteGroup _written = new();
    private WriteGroup _syncing = new();
    private SegmentFile? _file;
    private Task<long>? _sync;
    private Task _watch = Task.CompletedTask;
    private ITimer? _syncTimer;
    private ITimer? _retryTimer;
    private long _writtenAt;
    private long _failedAt;
    private int _failedSyncs;
    private bool _mustProbe;
    private bool _isClosing;

    public DataDirectory Directory => directory;

    /// <summary>Whether it waits for a sync, so that another writer is sooner done.</summary>
    public bool IsBusy => Volatile.Read(ref _sync) is not null;

    public void Wake() => _wake.Set();

    public void Close()
    {
        Volatile.Write(ref _isClosing, true);
        _wake.Set();
    }

    public async Task RunAsync()
    {
        using var syncTimer = _syncTimer = log.Runtime.Time.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var retryTimer = _retryTimer = log.Runtime.Time.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _wake.Set(); // the first look at the disk
        do
        {
            await _wake.WaitAsync(CancellationToken.None);
            try
            {
                await LookAtSpaceAsync();
                do
                {
                    if (_sync is { IsCompleted: true })
                    {
                        await EndSyncAsync();
                        await Task.Yield(); // who was just told puts again, and shares the next sync with those who wait
                    }

                    BeginSyncIfDue();
                }
                while (await AppendAsync());

                await _cleaner.CleanAsync(_file?.Segment);
            }
#pragma warning disable CA1031 // whatever it is: were this loop to end, everybody who puts would wait for ever
            catch (Exception failure)
#pragma warning restore CA1031
            {
                await FailAsync(failure);
            }
        }
        while (!HasEnded());

        await _watch;
        await CloseFileAsync();
    }

    private async ValueTask LookAtSpaceAsync()
    {
        if (directory.IsBroken)
        {
            return;
        }

        if (await _space.LookAsync() && !_space.IsLow && !_mustProbe)
        {
            log.TakeBack(directory);
        }

        if (_space.IsLow)
        {
            _retryTimer!.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }
    }

    // Takes what waits and writes it. False when nothing was done.
    private async Task<bool> AppendAsync()
    {
        if (directory.IsBroken || (_mustProbe && log.Runtime.Time.GetElapsedTime(_failedAt) < RetryDelay))
        {
            log.PassOn();
            return false;
        }

        if (_mustProbe)
        {
            await RollAsync(); // throws as before, or ends the trouble
        }

        Take();
        if (_next.IsEmpty)
        {
            return false;
        }

        var size = _next.Size;
        if (_file is null || (_file.Written + size > log.Settings.MaxSegmentSize && !_file.IsEmpty))
        {
            await RollAsync();
        }

        Encode();
        await _file!.AppendAsync(_buffer.Written);
        _space.Wrote(_buffer.Length);
        _buffer.Clear();
        if (_written.IsEmpty)
        {
            _writtenAt = log.Runtime.Time.GetTimestamp();
        }

        _written.TakeOver(_next);
        return true;
    }

    private void Take()
    {
        var isInService = directory.Trouble is null;
        lock (log.Sync)
        {
            if (_sync is not null && directory.Consumed.IsEmpty && log.WaitingBytes < GatherSize)
            {
                return; // a few puts are written at once when the sync has ended, instead of one by one
            }

            if (isInService)
            {
                log.TakeWaiting(_next.Batches, log.Settings.WriteSize);
            }

            _next.Consumed.Add(directory.Consumed);
            _next.ConsumedBytes += directory.ConsumedBytes;
            directory.Consumed.Clear();
            directory.ConsumedBytes = 0;
        }

        if (!isInService)
        {
            log.PassOn();
        }
    }

    private void Encode()
    {
        _buffer.Clear();
        var segment = _file!.Segment;
        foreach (var batch in _next.Batches)
        {
            batch.Directory = directory;
            batch.Segment = segment;
            batch.Offset = _file.Written + _buffer.Length;
            _buffer.Put(segment.Number, batch.First, batch.Events.AsSpan());
        }

        if (!_next.Consumed.IsEmpty)
        {
            _buffer.Consumed(segment.Number, _next.Consumed, _next.ConsumedBytes);
        }
    }

    private void BeginSyncIfDue()
    {
        if (_sync is not null || _written.IsEmpty)
        {
            return;
        }

        var left = log.Settings.SyncDelay - log.Runtime.Time.GetElapsedTime(_writtenAt);
        if (_written.Batches.Count == 0 && left > TimeSpan.Zero && !Volatile.Read(ref _isClosing))
        {
            _syncTimer!.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        BeginSync();
    }

    private void BeginSync()
    {
        (_syncing, _written) = (_written, _syncing);
        Volatile.Write(ref _sync, _file!.SyncAsync());
        _watch = WakeAfterAsync(_sync!);
    }

    // Not before the sync is seen as completed: the loop would look, find it under way, and sleep for ever.
    private async Task WakeAfterAsync(Task sync)
    {
        await Join.EndAsync(sync);
        _wake.Set();
    }

    private async Task EndSyncAsync()
    {
        var synced = await _sync!;
        Volatile.Write(ref _sync, null);
        _failedSyncs = 0;
        var segment = _file!.Segment;
        lock (log.Sync)
        {
            segment.Length = _file.Synced;
            foreach (var batch in _syncing.Batches)
            {
                segment.Live.Add(batch.First, batch.End);
                directory.BodyBytes += batch.BodyBytes;
                batch.IsStored = true;
            }
        }

        log.Publish(_syncing.Batches, synced);
        _syncing.Clear();
    }

    // The old segment is complete and synced before the new one is begun.
    private async Task RollAsync()
    {
        if (_sync is not null)
        {
            await EndSyncAsync();
        }

        if (!_written.IsEmpty)
        {
            BeginSync();
            await EndSyncAsync();
        }

        await CloseFileAsync();
        Segment segment;
        long next;
        lock (log.Sync)
        {
            segment = new Segment(directory.Path, directory.NextNumber++);
            next = _next.Batches is [var first, ..] ? first.First : log.NextSequence;
        }

        _file = await SegmentFile.BeginAsync(log.Storage, segment, next);
        lock (log.Sync)
        {
            directory.Segments.Add(segment);
        }

        if (_mustProbe)
        {
            _mustProbe = false;
            if (!_space.IsLow)
            {
                log.TakeBack(directory);
            }
        }
    }

    private async ValueTask CloseFileAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await file.CloseAsync();
        }
    }

    // What is not synced is refused, and the segment ends where the last sync ended. A sync that failed is never tried again on the same file: the system
    // may have dropped what it could not write, and would report success.
    private async Task FailAsync(Exception failure)
    {
        var isSync = await HasSyncFailedAsync();
        var reason = isSync
            ? $"FLK6103: '{_file?.Segment.Path}' could not be synced; events that were not stored are refused: {failure.Message}"
            : $"FLK6102: '{directory.Path}' could not be written to; events that were not stored are refused, and it is tried again every second: {failure.Message}";
        List<FileBatch> refused = [.. _syncing.Batches, .. _written.Batches, .. _next.Batches];
        lock (log.Sync)
        {
            foreach (var group in (ReadOnlySpan<WriteGroup>)[_syncing, _written, _next])
            {
                group.Batches.ForEach(batch => batch.Failure = new DeliveryException(reason, failure));
                directory.Consumed.Add(group.Consumed);
                directory.ConsumedBytes += group.ConsumedBytes;
                group.Clear();
            }

            directory.IsBroken |= isSync && ++_failedSyncs > 1;
        }

        if (directory.IsBroken)
        {
            reason = $"FLK6103: '{directory.Path}' cannot be synced, in a new file neither. It takes no events until the agent is started again; what a sink commits now may come again then: {failure.Message}";
        }

        _mustProbe = !isSync;
        _failedAt = log.Runtime.Time.GetTimestamp();
        if (_mustProbe || directory.IsBroken)
        {
            log.TakeOut(directory, reason);
        }
        else
        {
            log.TellTrouble(reason);
        }

        if (_file is { } file)
        {
            _file = null;
            await file.AbandonAsync();
        }

        log.Publish(refused, 0);
        log.PassOn();
        if (_mustProbe)
        {
            _retryTimer!.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _wake.Set(); // in a new file
        }
    }

    // The sync that was under way may end well, and settles what it covers.
    private async Task<bool> HasSyncFailedAsync()
    {
        if (_sync is null)
        {
            return false;
        }

        try
        {
            await EndSyncAsync();
            return false;
        }
#pragma warning disable CA1031 // told by the caller
        catch (Exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _sync, null);
            return true;
        }
    }

    // At the end everything is synced, but for what a directory in trouble does not take.
    private bool HasEnded()
    {
        if (!Volatile.Read(ref _isClosing) || _sync is not null)
        {
            return false;
        }

        lock (log.Sync)
        {
            if (directory.Trouble is not null || (directory.Consumed.IsEmpty && _written.IsEmpty))
            {
                return true;
            }
        }

        _wake.Set();
        return false;
    }
}
