using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Writes events into files of a local directory, and begins a new file every so often.</summary>
/// <remarks>A file holds whole batches only: what a failed write left is cut off before the batch is tried again.</remarks>
[Sink(
    "file_roll", JavaClass = "org.apache.flume.sink.RollingFileSink",
    BetterThanFlume = "never writes to a file that exists, leaves no empty files, syncs to disk on demand")]
public sealed partial class FileRollSink(FileRollSinkOptions options, ComponentContext context, IStorage storage, ILogger<FileRollSink> logger) : ISink
{
    private const string ProbeName = ".flafka-probe";

    private readonly ILogger _logger = logger;
    private readonly TimeProvider _time = context.Runtime.Time;
    private readonly RollFileNames _names = new(options, context.Runtime.Time);
    private RollFile? _file;
    private long _started;
    private long _fileInterval;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        var entry = await storage.FindAsync(options.Directory, abort)
            ?? throw new DeliveryException($"The directory '{options.Directory}' of sink.directory does not exist; create it.");
        if (!entry.IsDirectory)
        {
            throw new DeliveryException($"'{options.Directory}' of sink.directory is not a directory.");
        }

        await ProbeAsync(abort);
        _names.Begin();
        _started = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        // Flume: a timer sets a flag, and the next poll closes the file. Counting the intervals gives the same times without a timer; a file that is
        // older than its interval is never written to again, so it can be taken away.
        if (_file is not null && (Interval() != _fileInterval || !await _file.TryCutBackAsync()))
        {
            await CloseAsync(_file, abort);
        }

        // Flume: opens a file before it looks for events, so that an idle sink leaves an empty one for each interval. Here a file begins with its first events.
        _file ??= await OpenAsync(abort);
        try
        {
            await _file.WriteAsync(events, abort);
        }
        catch (Exception failure)
        {
            await _file.TryCutBackAsync(); // else before the next write
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw Failed(_file.Path, failure);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken abort) => _file is null ? Task.CompletedTask : CloseAsync(_file, abort);

    private static DeliveryException Failed(string path, Exception failure) => new($"Cannot write '{path}': {failure.Message}", failure);

    private long Interval() => options.RollInterval <= TimeSpan.Zero ? 0 : _time.GetElapsedTime(_started).Ticks / options.RollInterval.Ticks;

    // A directory that cannot be written into shall be known now, not when the first events wait.
    private async ValueTask ProbeAsync(CancellationToken abort)
    {
        var probe = Path.Join(options.Directory, ProbeName);
        try
        {
            await using (await storage.OpenAsync(probe, StorageMode.OpenOrCreate, abort))
            {
            }

            await storage.DeleteAsync(probe, abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException($"Cannot write into the directory '{options.Directory}' of sink.directory: {failure.Message}", failure);
        }
    }

    private async ValueTask<RollFile> OpenAsync(CancellationToken abort)
    {
        var file = new RollFile(
            await CreateAsync(abort), () => options.Serializer.Create<IEventSerializer>(context), options.Sync == FileRollSync.Commit);
        _fileInterval = Interval();
        if (options.Sync == FileRollSync.Commit)
        {
            try
            {
                await storage.SyncDirectoryAsync(options.Directory, abort);
            }
            catch (Exception failure)
            {
                await CloseAsync(file, abort);
                if (failure is IOException or UnauthorizedAccessException)
                {
                    throw Failed(file.Path, failure);
                }

                throw;
            }
        }

        return file;
    }

    private async ValueTask<IStorageFile> CreateAsync(CancellationToken abort)
    {
        while (true)
        {
            // Flume: empties a file that has this name already. Here the number goes on.
            var path = Path.Join(options.Directory, _names.Next());
            try
            {
                return await storage.OpenAsync(path, StorageMode.CreateNew, abort);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (failure is not IOException || await storage.FindAsync(path, abort) is null)
                {
                    throw Failed(path, failure);
                }
            }
        }
    }

    // Flume: when closing fails it keeps the name, opens the file again and so empties it. Here the events are committed, and the next file has its own name.
    private async Task CloseAsync(RollFile file, CancellationToken abort)
    {
        _file = null;
        var failure = await file.CloseAsync(abort);
        if (file.IsEmpty)
        {
            try
            {
                await storage.DeleteAsync(file.Path, CancellationToken.None);
            }
            catch (Exception notDeleted) when (notDeleted is IOException or UnauthorizedAccessException)
            {
                failure ??= notDeleted;
            }
        }

        if (failure is not null)
        {
            RolledFileFailed(failure, file.Path, failure.Message);
        }
    }

    [LoggerMessage(
        EventIds.RolledFileFailed, LogLevel.Warning,
        "{File} could not be closed in order. What was committed is in it; it may end with a part of a batch that comes again in the next file: {Problem}")]
    private partial void RolledFileFailed(Exception failure, string file, string problem);
}
