namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// The files in work and what is delivered of them: retires files behind the settled prefix and writes the position down, one commit under
/// way at a time. Called by the source's loop.
/// </summary>
internal sealed class SpoolProgress(SpoolTracker tracker, SpoolRetirement retirement, AgentRuntime runtime)
{
    // The window of a source. Beyond it a delivered batch is written down before the next one is sent, so that after a crash no more comes
    // twice than was in flight.
    private const int MostUnwritten = 64;
    private const int CommitEvery = 16;
    private static readonly TimeSpan CommitAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _sync = new();
    private readonly List<SpoolFile> _files = []; // in reading order
    private Task _commit = Task.CompletedTask;
    private long _committedAt = runtime.Time.GetTimestamp();
    private long _sent;
    private long _written;
    private bool _hasRetired;

    public PositionTracker<SpoolPosition> Positions { get; } = new(SpoolPosition.Start);

    /// <summary>Whether everything read is delivered, written down, and its files retired.</summary>
    public bool IsClean
    {
        get
        {
            lock (_sync)
            {
                return _files.Count == 0 && Positions.Unsettled == 0 && _written == Positions.Settled.Batch;
            }
        }
    }

    /// <summary>The files in work, in reading order.</summary>
    public SpoolFile[] Files
    {
        get
        {
            lock (_sync)
            {
                return [.. _files];
            }
        }
    }

    public void Opened(SpoolFile file)
    {
        lock (_sync)
        {
            file.LastBatch = _sent;
            _files.Add(file);
        }
    }

    /// <summary>The receipt of the next batch.</summary>
    public Receipt Track(SpoolFile file, long end)
    {
        lock (_sync)
        {
            file.End = end;
            file.LastBatch = ++_sent;
        }

        return Positions.Track(new SpoolPosition(file, end, file.LastBatch));
    }

    public void Finished(SpoolFile file)
    {
        lock (_sync)
        {
            file.IsRead = true;
        }
    }

    /// <summary>Goes back to the settled position after a rejection, once nothing is in flight.</summary>
    /// <returns>The files to read again, in order; <see langword="null"/> when it is too early.</returns>
    public Queue<(SpoolFile File, long Offset)>? TryRewind()
    {
        if (!Positions.TryRewind(out var position))
        {
            return null;
        }

        var again = new Queue<(SpoolFile, long)>();
        lock (_sync)
        {
            _sent = position.Batch;
            foreach (var file in _files)
            {
                if (file.IsRead && file.LastBatch <= position.Batch)
                {
                    continue;
                }

                (file.IsRead, file.LastBatch) = (false, position.Batch);
                file.End = file == position.File ? position.Offset : file.Start;
                again.Enqueue((file, file.End));
            }
        }

        return again;
    }

    /// <summary>Begins a commit when there is enough to write; waits for it only when too much is unwritten.</summary>
    public ValueTask CommitIfDueAsync()
    {
        var settled = Positions.Settled.Batch;
        bool isDue;
        bool mustWait;
        lock (_sync)
        {
            var news = settled - _written;
            mustWait = news > 0 && _sent - _written >= MostUnwritten;
            isDue = mustWait || news >= CommitEvery || IsRetirable(settled)
                || (news > 0 && runtime.Time.GetElapsedTime(_committedAt) >= CommitAfter);
        }

        if (mustWait)
        {
            return new ValueTask(CommitAsync());
        }

        if (_commit.IsCompleted)
        {
            if (!_commit.IsCompletedSuccessfully)
            {
                return new ValueTask(_commit);
            }

            if (isDue)
            {
                _commit = runtime.Start(() => WriteAsync(false, CancellationToken.None));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Retires what is delivered and writes the position down, if there is something new.</summary>
    public async Task CommitAsync()
    {
        await _commit;
        await (_commit = WriteAsync(false, CancellationToken.None));
    }

    /// <summary>The last commit: everything is settled. Retires what can be retired, whatever failed before.</summary>
    public async Task EndAsync(CancellationToken abort)
    {
        try
        {
            await _commit;
        }
#pragma warning disable CA1031 // has been thrown out of the run
        catch (Exception)
#pragma warning restore CA1031
        {
            // Tried again here, but for files that cannot be retired.
        }

        await (_commit = WriteAsync(true, abort));
    }

    private bool IsRetirable(long settled) => _files.Count > 0 && _files[0].IsRead && _files[0].LastBatch <= settled;

    private async Task WriteAsync(bool isLast, CancellationToken abort)
    {
        var settled = Positions.Settled;
        Exception? problem = null;
        foreach (var file in Files)
        {
            if (!file.IsRead || file.LastBatch > settled.Batch)
            {
                break;
            }

            if (file.CannotRetire)
            {
                continue;
            }

            try
            {
                await retirement.RetireAsync(file, abort);
                lock (_sync)
                {
                    _files.Remove(file);
                    _hasRetired = true;
                }
            }
            catch (EventReadException failure)
            {
                file.CannotRetire = true;
                problem = failure;
                if (!isLast)
                {
                    break;
                }
            }
        }

        await SavePositionAsync(settled, abort);
        if (problem is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        }
    }

    private async Task SavePositionAsync(SpoolPosition settled, CancellationToken abort)
    {
        SpoolFile? file;
        lock (_sync)
        {
            if (settled.Batch == _written && !_hasRetired)
            {
                return;
            }

            // One file fits: the first that is not retired.
            file = _files.Find(one => one == settled.File || (one.IsRead && one.LastBatch <= settled.Batch));
        }

        if (file is null)
        {
            await tracker.DeleteAsync(abort);
        }
        else
        {
            await tracker.SaveAsync(file.Path, file == settled.File ? settled.Offset : file.End, abort);
        }

        lock (_sync)
        {
            _written = settled.Batch;
            _hasRetired = false;
            _committedAt = runtime.Time.GetTimestamp();
        }
    }
}
