using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Closes files that count only when they are finished, gives them their final names and then commits their events. What cannot be closed is
/// worthless: it is deleted, and its events go back.
/// </summary>
/// <remarks>Thread-safe. A rename is tried until it is known how it ended, whatever <c>hdfs.closeTries</c> says: the events wait for that.</remarks>
internal sealed partial class HeldFileFinisher(AgentRuntime runtime, IFileSystem files, Ledger ledger, Background background, HdfsSinkOptions options, ILogger log)
{
    // The user's pause is made for files whose events are committed.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly FinishRetry _renameAgain = new(runtime, Shorter(options.RetryInterval), 0);
    private readonly FinishRetry _deleteAgain = new(runtime, Shorter(options.RetryInterval), options.CloseTries);
    private readonly Lock _sync = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private int _underWay;

    /// <summary>Finishes a file beside others, as soon as fewer than <c>hdfs.threadsPoolSize</c> are being finished, or at once on abort.</summary>
    public async ValueTask FinishInTurnAsync(HeldFile file, CancellationToken abort)
    {
        while (TryQueue() is { } turn && await Join.WithinAsync(runtime, turn, Timeout.InfiniteTimeSpan, abort))
        {
            // Another file is finished.
        }

        FinishInBackground(file);
    }

    /// <summary>Finishes a file while the sink goes on.</summary>
    public void FinishInBackground(BucketFile file)
    {
        lock (_sync)
        {
            _underWay++;
        }

        background.Start(async () =>
        {
            await FinishAsync((HeldFile)file);
            List<TaskCompletionSource> waiting;
            lock (_sync)
            {
                _underWay--;
                waiting = [.. _waiting];
                _waiting.Clear();
            }

            waiting.ForEach(static one => one.TrySetResult());
        });
    }

    /// <summary>Gives the events of a file back and deletes it.</summary>
    public void Drop(HeldFile file, Exception reason)
    {
        file.Held.Rollback(reason);
        background.Start(() => DeleteAsync(file, reason));
    }

    /// <summary>Deletes a file that holds nothing.</summary>
    public void DeleteInBackground(LedgerEntry entry) => background.Start(() => DeleteAsync(entry));

    private static TimeSpan Shorter(TimeSpan pause) => pause > TimeSpan.Zero && pause < LongestPause ? pause : LongestPause;

    // The end of another file, where there are enough under way.
    private Task? TryQueue()
    {
        lock (_sync)
        {
            if (_underWay < options.ThreadsPoolSize)
            {
                return null;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(turn);
            return turn.Task;
        }
    }

    private async Task FinishAsync(HeldFile file)
    {
        try
        {
            var buffer = new WriteBuffer();
            file.Serializer.Flush(buffer);
            file.Serializer.Finish(buffer);
            await file.WriteAsync(buffer, background.Abort);
            await file.Handle.FinishAsync(background.Abort);
            await file.Handle.DisposeAsync();
        }
#pragma warning disable CA1031 // whatever it is, the events go back
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Drop(file, failure);
            return;
        }

        // Of a sink that hung, somebody else may have written the events by now.
        if (file.Held.AreTakenAway)
        {
            Drop(file, new OperationCanceledException("The events were taken back."));
            return;
        }

        if (!await TryRenameAsync(file) && !await _renameAgain.AgainAsync(() => TryRenameAsync(file), background.Stopping))
        {
            Undecided(file.Entry.InUse, file.Held.Count);
        }
    }

    // False: it is not known yet.
    private async Task<bool> TryRenameAsync(HeldFile file)
    {
        var entry = file.Entry;
        try
        {
            for (; ; file.Counter++)
            {
                var target = entry.FinalWith(file.Counter);
                switch (await files.RenameAsync(entry.InUse, target, file.Length, options.Sync == SyncMode.Commit, background.Abort))
                {
                    case RenameOutcome.Renamed:
                        file.Held.Commit();
                        ledger.Finished(entry);
                        Finished(entry.InUse, target, file.Events, file.Length);
                        return true;
                    case RenameOutcome.SourceMissing:
                        Gone(entry.InUse, file.Held.Count);
                        file.Held.Rollback(new DeliveryException($"'{entry.InUse}' is gone: somebody moved or deleted it while it was written."));
                        ledger.Finished(entry);
                        return true;
                    default:
                        break; // the counter goes on
                }
            }
        }
#pragma warning disable CA1031 // whatever it is, trying again is all that can be done
        catch (Exception failure)
#pragma warning restore CA1031
        {
            RenameFailed(failure, entry.InUse, file.Held.Count, failure.Message);
            return false;
        }
    }

    private async Task DeleteAsync(HeldFile file, Exception reason)
    {
        try
        {
            await file.Handle.DisposeAsync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is worthless anyway.
        }

        Dropped(file.Entry.InUse, file.Events, reason.Message);
        await DeleteAsync(file.Entry);
    }

    private async Task DeleteAsync(LedgerEntry entry)
    {
        if (!await TryDeleteAsync(entry) && !await _deleteAgain.AgainAsync(() => TryDeleteAsync(entry), background.Stopping))
        {
            LeftBehind(entry.InUse);
        }
    }

    private async Task<bool> TryDeleteAsync(LedgerEntry entry)
    {
        try
        {
            await files.DeleteAsync(entry.InUse, background.Abort);
            ledger.Finished(entry);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(StorageEventIds.HeldFileFinished, LogLevel.Debug, "'{InUse}' is finished and became {Name}, with {Events} events and {Bytes} bytes.")]
    private partial void Finished(string inUse, string name, long events, long bytes);

    [LoggerMessage(StorageEventIds.HeldFileDropped, LogLevel.Warning, "'{InUse}' with {Events} events could not be written; they stay in the channel, and it is deleted: {Problem}")]
    private partial void Dropped(string inUse, long events, string problem);

    [LoggerMessage(StorageEventIds.HeldFileGone, LogLevel.Error, "'{InUse}' is gone: somebody moved or deleted it while it was written. Its {Events} events stay in the channel.")]
    private partial void Gone(string inUse, int events);

    [LoggerMessage(StorageEventIds.HeldRenameFailed, LogLevel.Warning, "'{InUse}' is complete but could not be renamed; it is tried again, and its {Events} events wait for it: {Problem}")]
    private partial void RenameFailed(Exception failure, string inUse, int events, string problem);

    [LoggerMessage(
        StorageEventIds.HeldFileUndecided,
        LogLevel.Warning,
        "Whether '{InUse}' got its final name could not be found out before the end. Its {Events} events come again; if it did, they are there twice.")]
    private partial void Undecided(string inUse, int events);

    [LoggerMessage(StorageEventIds.HeldFileLeftBehind, LogLevel.Warning, "'{InUse}' is worthless and could not be deleted; the next start of this sink deletes it.")]
    private partial void LeftBehind(string inUse);
}
