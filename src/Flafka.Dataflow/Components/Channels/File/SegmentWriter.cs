namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// Writes one directory. One loop appends whatever waits, puts and commits alike, while at most one sync is under way; all that was written before a sync
/// began is settled by it.
/// </summary>
internal sealed class SegmentWriter(EventLog log, DataDirectory directory)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly AsyncSignal _wake = new();
    private readonly RecordBuffer _buffer = new();
    private readonly SequenceSet _unsyncedConsumed = new();
    private List<FileBatch> _unsynced = [];
    private List<FileBatch> _syncing = [];
    private IStorageFile? _file;
    private Segment? _segment;
    private Task? _sync;
    private ITimer? _syncTimer;
    private ITimer? _retryTimer;
    private long _written;
    private long _syncedTo;
    private long _syncTo;
    private long _dueSince;
    private long _spaceAsked;
    private long _spaceWritten;
    private long _retryAt;
    private bool _hasSynced;
    private bool _isDue;
    private bool _isLow;
    private bool _mustProbe;
    private bool _isClosing;

    public DataDirectory Directory => directory;

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
        while (true)
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
                    }

                    BeginSyncIfDue();
                }
                while (await AppendAsync());

                await DeleteConsumedAsync();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                await FailAsync(failure);
            }

            if (Volatile.Read(ref _isClosing) && _sync is null && await TryEndAsync())
            {
                return;
            }
        }
    }

    private bool MayRetry => log.Runtime.Time.GetTimestamp() >= _retryAt;

    // Takes what waits and writes it. False when nothing was done.
    private async Task<bool> AppendAsync()
    {
        if (directory.IsBroken || !MayRetry)
        {
            log.RefuseWaiting();
            return false;
        }

        if (_mustProbe)
        {
            await RollAsync(); // throws as before, or ends the trouble
        }

        List<FileBatch> batches = [];
        SequenceSet? consumed = null;
        long consumedBytes = 0;
        lock (log.Sync)
        {
            if (directory.Trouble is null)
            {
                log.TakeWaiting(batches, log.Settings.WriteSize);
            }

            if (!directory.Consumed.IsEmpty)
            {
                consumed = new SequenceSet();
                consumed.Add(directory.Consumed);
                directory.Consumed.Clear();
                (consumedBytes, directory.ConsumedBytes) = (directory.ConsumedBytes, 0);
            }
        }

        if (directory.Trouble is not null)
        {
            log.RefuseWaiting();
        }

        if (batches.Count == 0 && consumed is null)
        {
            return false;
        }

        // From here on a failure refuses these batches, too, and writes the commits again.
        var alreadyUnsynced = _unsynced.Count;
        _unsynced.AddRange(batches);
        if (consumed is not null)
        {
            _unsyncedConsumed.Add(consumed);
        }

        var size = batches.Sum(static batch => batch.Size) + ((consumed?.RunCount ?? 0) * 20) + RecordFormat.HeaderSize + 10;
        if (_segment is null || (_written + size > log.Settings.MaxSegmentSize && _written > RecordFormat.SegmentHeaderSize))
        {
            _unsynced.RemoveRange(alreadyUnsynced, batches.Count); // these are not in the old segment
            try
            {
                await RollAsync();
            }
            finally
            {
                _unsynced.AddRange(batches);
                if (consumed is not null)
                {
                    _unsyncedConsumed.Add(consumed);
                }
            }
        }

        Encode(batches, consumed, consumedBytes);
        await _file!.WriteAsync(_buffer.Written, _written, CancellationToken.None);
        _written += _buffer.Length;
        _spaceWritten += _buffer.Length;
        _buffer.Clear();
        if (!_isDue)
        {
            _dueSince = log.Runtime.Time.GetTimestamp();
            _isDue = true;
        }

        return true;
    }

    private void Encode(List<FileBatch> batches, SequenceSet? consumed, long consumedBytes)
    {
        foreach (var batch in batches)
        {
            batch.Directory = directory;
            batch.Segment = _segment;
            batch.Offset = _written + _buffer.Length;
            _buffer.Put(_segment!.Number, batch.First, batch.Events.AsSpan());
        }

        if (consumed is not null)
        {
            _buffer.Consumed(_segment!.Number, consumed, consumedBytes);
        }
    }

    private void BeginSyncIfDue()
    {
        if (_sync is not null || !_isDue || _file is null)
        {
            return;
        }

        var left = log.Settings.SyncDelay - log.Runtime.Time.GetElapsedTime(_dueSince);
        if (_unsynced.Count == 0 && left > TimeSpan.Zero && !Volatile.Read(ref _isClosing))
        {
            _syncTimer!.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        (_syncing, _unsynced) = (_unsynced, _syncing);
        _syncTo = _written;
        _isDue = false;
        _sync = SyncAsync(_file, _segment!);
    }

    // A directory that was removed takes writes and syncs as before, for nobody: the file must still have its name.
    private async Task SyncAsync(IStorageFile file, Segment segment)
    {
        try
        {
            await file.SyncAsync(CancellationToken.None);
            if (await log.Storage.FindAsync(segment.Path, CancellationToken.None) is null)
            {
                throw new FileNotFoundException($"'{segment.Path}' has vanished while it was written.");
            }
        }
        finally
        {
            _wake.Set();
        }
    }

    private async Task EndSyncAsync()
    {
        var sync = _sync!;
        await sync;
        _sync = null;
        _hasSynced = true;
        var appended = _syncTo - _syncedTo;
        _syncedTo = _syncTo;
        lock (log.Sync)
        {
            _segment!.Length = _syncTo;
            foreach (var batch in _syncing)
            {
                _segment.Live.Add(batch.First, batch.End);
                directory.BodyBytes += batch.BodyBytes;
                batch.IsStored = true;
            }
        }

        if (!_isDue)
        {
            _unsyncedConsumed.Clear();
        }

        log.Publish(_syncing, appended);
        _syncing.Clear();
    }

    // The old segment is complete and synced before the new one is begun.
    private async Task RollAsync()
    {
        await SyncAllAsync();
        await CloseFileAsync();
        long number;
        long next;
        lock (log.Sync)
        {
            number = directory.NextNumber++;
            next = log.NextSequence;
        }

        var segment = new Segment(directory.Path, number);
        var file = await log.Storage.OpenAsync(segment.Path, StorageMode.CreateNew, CancellationToken.None);
        (_file, _segment, _written, _syncedTo, _hasSynced) = (file, segment, RecordFormat.SegmentHeaderSize, 0, false);
        _isDue = false;
        var header = new byte[RecordFormat.SegmentHeaderSize];
        RecordFormat.WriteSegmentHeader(header, number, next);
        await file.WriteAsync(header, 0, CancellationToken.None);
        await log.Storage.SyncDirectoryAsync(directory.Path, CancellationToken.None);
        lock (log.Sync)
        {
            directory.Segments.Add(segment);
            if (_mustProbe && !_isLow)
            {
                directory.Trouble = null;
                log.TellResumed(directory.Path);
            }
        }

        _mustProbe = false;
    }

    private async Task SyncAllAsync()
    {
        if (_sync is not null)
        {
            await EndSyncAsync();
        }

        if (_isDue && _file is not null)
        {
            (_syncing, _unsynced) = (_unsynced, _syncing);
            _syncTo = _written;
            _isDue = false;
            _sync = SyncAsync(_file, _segment!);
            await EndSyncAsync();
        }
    }

    private async Task CloseFileAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            _segment = null;
            await file.DisposeAsync();
        }
    }

    // What is not synced is refused, and the segment ends where the last sync ended. A sync that failed is never tried again on the same file: the system
    // may have dropped what it could not write, and would report success.
    private async Task FailAsync(Exception failure)
    {
        var isSync = _sync is not null;
        if (_sync is { } sync)
        {
            try
            {
                await sync;
                await EndSyncAsync();
                isSync = false;
            }
            catch (Exception alsoFailed) when (alsoFailed is IOException or UnauthorizedAccessException)
            {
                _sync = null;
            }
        }

        var reason = isSync
            ? $"FLK6103: '{_segment?.Path ?? directory.Path}' could not be synced; events that were not stored are refused: {failure.Message}"
            : $"FLK6102: '{directory.Path}' could not be written to; events that were not stored are refused, and it is tried again every second: {failure.Message}";
        List<FileBatch> refused = [.. _syncing, .. _unsynced];
        _syncing.Clear();
        _unsynced.Clear();
        _buffer.Clear();
        _isDue = false;
        lock (log.Sync)
        {
            foreach (var batch in refused)
            {
                batch.Failure = new DeliveryException(reason, failure);
            }

            directory.Consumed.Add(_unsyncedConsumed);
            _unsyncedConsumed.Clear();
            if (isSync && !_hasSynced)
            {
                directory.IsBroken = true;
                reason = $"FLK6103: '{directory.Path}' cannot be synced, in a new file neither. It takes no events until the agent is started again; what a sink commits now may come again then: {failure.Message}";
            }

            if (!isSync || directory.IsBroken)
            {
                directory.Trouble = reason;
            }
        }

        log.TellTrouble(reason);
        await AbandonFileAsync();
        if (!isSync)
        {
            _mustProbe = true;
            _retryAt = log.Runtime.Time.GetTimestamp() + (long)(RetryDelay.TotalSeconds * log.Runtime.Time.TimestampFrequency);
            _retryTimer!.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _wake.Set();
        }

        log.Publish(refused, 0);
        log.RefuseWaiting();
    }

    private async Task AbandonFileAsync()
    {
        var file = _file;
        _file = null;
        _segment = null;
        if (file is null)
        {
            return;
        }

        try
        {
            await file.SetLengthAsync(Math.Max(_syncedTo, RecordFormat.SegmentHeaderSize), CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The refused records stay behind the end; after a crash they may come back, and their source sends them again: twice, not lost.
        }

        await file.DisposeAsync();
    }

    private async Task LookAtSpaceAsync()
    {
        var isOld = log.Runtime.Time.GetElapsedTime(_spaceAsked) >= RetryDelay;
        if (log.Settings.MinimumRequiredSpace <= 0 || directory.IsBroken || (_spaceAsked != 0 && !isOld && _spaceWritten < 16 << 20))
        {
            return;
        }

        _spaceAsked = Math.Max(1, log.Runtime.Time.GetTimestamp());
        _spaceWritten = 0;
        var free = await log.Storage.FreeBytesAsync(directory.Path, CancellationToken.None);
        var isLow = free < log.Settings.MinimumRequiredSpace;
        if (isLow)
        {
            _retryTimer!.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }

        if (isLow != _isLow)
        {
            _isLow = isLow;
            var trouble = $"FLK6102: '{directory.Path}' has {free} bytes of free space and minimumRequiredSpace = {log.Settings.MinimumRequiredSpace}. It takes no events until there is more; sinks go on and free space.";
            lock (log.Sync)
            {
                directory.Trouble = isLow ? trouble : _mustProbe ? directory.Trouble : null;
            }

            if (isLow)
            {
                log.TellTrouble(trouble);
            }
            else
            {
                log.TellResumed(directory.Path);
            }
        }
    }

    // Oldest first, each gone for good before the next one goes: the commits of its events stand in the later ones.
    private async Task DeleteConsumedAsync()
    {
        while (true)
        {
            Segment segment;
            lock (log.Sync)
            {
                if (directory.Segments.Count == 0 || directory.Segments[0] is not { Live.IsEmpty: true } oldest || oldest == _segment)
                {
                    return;
                }

                segment = oldest;
            }

            if (segment.IsDamaged)
            {
                await log.Storage.MoveAsync(segment.Path, segment.SetAsidePath, overwrite: true, CancellationToken.None);
            }
            else
            {
                await log.Storage.DeleteAsync(segment.Path, CancellationToken.None);
            }

            await log.Storage.SyncDirectoryAsync(directory.Path, CancellationToken.None);
            lock (log.Sync)
            {
                directory.Segments.Remove(segment);
            }
        }
    }

    private async Task<bool> TryEndAsync()
    {
        lock (log.Sync)
        {
            if (directory.Trouble is null && (!directory.Consumed.IsEmpty || _unsynced.Count > 0 || _isDue))
            {
                _wake.Set();
                return false;
            }
        }

        await CloseFileAsync();
        return true;
    }
}
