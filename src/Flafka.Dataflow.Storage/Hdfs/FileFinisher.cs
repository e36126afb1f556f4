using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Closes files and gives them their final names. What does not work at once is tried again in the background; the events in the file are
/// committed either way.
/// </summary>
internal sealed partial class FileFinisher(AgentRuntime runtime, IFileSystem files, Ledger ledger, Background background, HdfsSinkOptions options, ILogger log)
{
    private readonly FinishRetry _retry = new(runtime, options.RetryInterval, options.CloseTries);

    private bool IsDurable => options.Sync == SyncMode.Commit;

    /// <summary>Finishes a file; completes after the first try.</summary>
    public async Task FinishAsync(GrowingFile file, CancellationToken abort)
    {
        if (!await TryAsync(file, abort))
        {
            background.Start(() => RetryAsync(file));
        }
    }

    /// <summary>Finishes a file while the sink goes on.</summary>
    public void FinishInBackground(GrowingFile file) => background.Start(() => FinishAsync(file, background.Abort));

    private async Task RetryAsync(GrowingFile file)
    {
        if (!await _retry.AgainAsync(() => TryAsync(file, background.Abort), background.Stopping))
        {
            await GiveUpAsync(file);
        }
    }

    private async Task GiveUpAsync(GrowingFile file)
    {
        if (file.Handle is { } handle)
        {
            file.Handle = null;
            await handle.DisposeAsync();
        }

        GivenUp(file.Entry.InUse, file.CommittedEvents);
    }

    private async Task<bool> TryAsync(GrowingFile file, CancellationToken abort)
    {
        try
        {
            await CloseAsync(file, abort);
            var name = file.CommittedEvents == 0 ? await DeleteAsync(file, abort) : await RenameAsync(file, abort);
            ledger.Finished(file.Entry);
            Finished(file.Entry.InUse, name, file.CommittedEvents, file.CommittedBytes);
            return true;
        }
#pragma warning disable CA1031 // whatever it is, trying again is all that can be done
        catch (Exception failure)
#pragma warning restore CA1031
        {
            FinishFailed(failure, file.Entry.InUse, failure.Message);
            return false;
        }
    }

    private async Task CloseAsync(GrowingFile file, CancellationToken abort)
    {
        if (file.Handle is not { } handle)
        {
            return;
        }

        if (file.CommittedEvents > 0)
        {
            var wasTorn = file.IsTorn;
            await file.CutAsync(abort);
            if (wasTorn && !files.CutsAtOnce && await handle.LengthAsync(abort) is var found && found < file.CommittedBytes)
            {
                FileShort(file.Entry.InUse, file.CommittedBytes - found);
            }

            if (file.Trailer is not { } trailer)
            {
                var buffer = new WriteBuffer();
                file.Serializer.Finish(buffer);
                file.Trailer = trailer = buffer.Written;
            }

            if (!trailer.IsEmpty)
            {
                file.IsTorn = true;
                await handle.WriteAsync(trailer, file.CommittedBytes, abort);
                if (IsDurable)
                {
                    await handle.SyncAsync(abort);
                }

                file.Commit(file.CommittedBytes + trailer.Length);
                file.Trailer = ReadOnlyMemory<byte>.Empty;
            }
        }

        file.Handle = null;
        await handle.DisposeAsync();
    }

    private async Task<string> DeleteAsync(GrowingFile file, CancellationToken abort)
    {
        await files.DeleteAsync(file.Entry.InUse, abort);
        return "nothing";
    }

    private async Task<string> RenameAsync(GrowingFile file, CancellationToken abort)
    {
        var entry = file.Entry;
        if (entry.HasOneName)
        {
            return entry.InUse;
        }

        // Flume: loses the file when its final name is taken.
        for (; ; file.Counter++)
        {
            var target = entry.FinalWith(file.Counter);
            switch (await files.RenameAsync(entry.InUse, target, file.CommittedBytes, IsDurable, abort))
            {
                case RenameOutcome.Renamed:
                    return target;
                case RenameOutcome.SourceMissing:
                    FileGone(entry.InUse, file.CommittedEvents);
                    return "nothing";
                default:
                    NameTaken(target);
                    break;
            }
        }
    }

    [LoggerMessage(StorageEventIds.FileFinished, LogLevel.Debug, "'{InUse}' is finished and became {Name}, with {Events} events and {Bytes} bytes.")]
    private partial void Finished(string inUse, string name, long events, long bytes);

    [LoggerMessage(StorageEventIds.FinishFailed, LogLevel.Warning, "'{InUse}' could not be closed or renamed; its events are in it: {Problem}")]
    private partial void FinishFailed(Exception failure, string inUse, string problem);

    [LoggerMessage(
        StorageEventIds.FinishGivenUp,
        LogLevel.Warning,
        "'{InUse}' with {Events} events keeps its in-use name; the next start of this sink gives it its final one.")]
    private partial void GivenUp(string inUse, long events);

    [LoggerMessage(StorageEventIds.FileGone, LogLevel.Error, "'{InUse}' is gone: somebody moved or deleted it while it was written. It held {Events} events.")]
    private partial void FileGone(string inUse, long events);

    [LoggerMessage(StorageEventIds.FileShort, LogLevel.Error, "'{InUse}' lacks {Bytes} bytes that HDFS had acknowledged; look at it with 'hdfs fsck'.")]
    private partial void FileShort(string inUse, long bytes);

    [LoggerMessage(StorageEventIds.FinalNameTaken, LogLevel.Debug, "There is a file '{Target}' already; the counter goes on.")]
    private partial void NameTaken(string target);
}
