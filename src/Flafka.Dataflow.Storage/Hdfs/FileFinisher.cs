using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Closes files and gives them their final names. What does not work at once is tried again in the background; the events in the file are
/// committed either way.
/// </summary>
internal sealed partial class FileFinisher(AgentRuntime runtime, IFileSystem files, Ledger ledger, HdfsSinkOptions options, ILogger log)
{
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _background = [];
    private readonly ResiliencePipeline<bool>? _retry = RetryOf(runtime, options);
    private CancellationToken _abort = CancellationToken.None;

    private bool IsDurable => options.Sync == SyncMode.Commit;

    /// <summary>Finishes a file; completes after the first try.</summary>
    public async Task FinishAsync(BucketFile file, CancellationToken abort)
    {
        if (await TryAsync(file, abort))
        {
            return;
        }

        if (_retry is null)
        {
            await GiveUpAsync(file);
            return;
        }

        StartInBackground(() => RetryAsync(file, _retry));
    }

    /// <summary>Finishes a file while the sink goes on.</summary>
    public void FinishInBackground(BucketFile file) => StartInBackground(() => FinishAsync(file, _abort));

    /// <summary>Waits for the files under way. Those that fail are tried once more, now.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        _abort = abort;
        _stopping.Cancel();
        while (true)
        {
            Task[] running;
            lock (_sync)
            {
                running = [.. _background];
                _background.Clear();
            }

            if (running.Length == 0)
            {
                return;
            }

            await Join.AllAsync(running);
        }
    }

    private static ResiliencePipeline<bool>? RetryOf(AgentRuntime runtime, HdfsSinkOptions options)
    {
        if (options.CloseTries == 1 || options.RetryInterval <= TimeSpan.Zero)
        {
            return null;
        }

        return new ResiliencePipelineBuilder<bool> { TimeProvider = runtime.Time }
            .AddRetry(new RetryStrategyOptions<bool>
            {
                ShouldHandle = static args => new ValueTask<bool>(args.Outcome is { Exception: null, Result: false }),
                MaxRetryAttempts = options.CloseTries <= 0 ? int.MaxValue : options.CloseTries - 1,
                BackoffType = DelayBackoffType.Constant,
                Delay = options.RetryInterval < TimeSpan.FromDays(1) ? options.RetryInterval : TimeSpan.FromDays(1),
            })
            .Build();
    }

    private void StartInBackground(Func<Task> work)
    {
        var task = runtime.Start(work);
        lock (_sync)
        {
            _background.RemoveAll(static task => task.IsCompleted);
            _background.Add(task);
        }
    }

    // The first "try" is the failure at hand.
    private async Task RetryAsync(BucketFile file, ResiliencePipeline<bool> retry)
    {
        var isFirst = true;
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, _stopping.Token);
        bool isDone;
        try
        {
            isDone = await retry.ExecuteAsync(
                async _ =>
                {
                    if (isFirst)
                    {
                        isFirst = false;
                        return false;
                    }

                    return await TryAsync(file, _abort);
                },
                context);
        }
        catch (OperationCanceledException)
        {
            // Flume: a stop waits for the next try, which may be minutes away.
            isDone = await TryAsync(file, _abort);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (!isDone)
        {
            await GiveUpAsync(file);
        }
    }

    private async Task GiveUpAsync(BucketFile file)
    {
        if (file.Handle is { } handle)
        {
            file.Handle = null;
            await handle.DisposeAsync();
        }

        GivenUp(file.Entry.InUse, file.CommittedEvents);
    }

    private async Task<bool> TryAsync(BucketFile file, CancellationToken abort)
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

    private async Task CloseAsync(BucketFile file, CancellationToken abort)
    {
        if (file.Handle is not { } handle)
        {
            return;
        }

        await file.CutAsync(abort);
        if (file.CommittedEvents > 0)
        {
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

    private async Task<string> DeleteAsync(BucketFile file, CancellationToken abort)
    {
        await files.DeleteAsync(file.Entry.InUse, abort);
        return "nothing";
    }

    private async Task<string> RenameAsync(BucketFile file, CancellationToken abort)
    {
        var entry = file.Entry;
        if (entry.HasOneName)
        {
            return entry.InUse;
        }

        // Flume: loses the file when its final name is taken.
        for (var counter = entry.Counter; ; counter++)
        {
            var target = entry.FinalWith(counter);
            switch (await files.RenameAsync(entry.InUse, target, IsDurable, abort))
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

    [LoggerMessage(StorageEventIds.FinalNameTaken, LogLevel.Debug, "There is a file '{Target}' already; the counter goes on.")]
    private partial void NameTaken(string target);
}
