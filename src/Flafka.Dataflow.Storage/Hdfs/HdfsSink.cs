using System.Collections.Immutable;
using Flafka.Dataflow.Paths;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Writes events to files in folders that are made of the events' time and headers. A file is written under an in-use name and gets its final
/// name when it is finished: after so many events, bytes or seconds.
/// </summary>
/// <remarks>
/// Events are committed when their bytes are with the operating system, or on disk with <c>hdfs.sync = commit</c>. After a crash the next start
/// finishes the files that were in use.
/// </remarks>
/// <param name="options">The user's keys.</param>
/// <param name="context">Name, clock and scheduler.</param>
/// <param name="storage">The disk.</param>
/// <param name="logger">Tells what happens to files.</param>
[Sink(
    "hdfs", JavaClass = "org.apache.flume.sink.hdfs.HDFSEventSink",
    BetterThanFlume = "finishes after a crash the files that were in use; syncs to disk on demand")]
public sealed partial class HdfsSink(HdfsSinkOptions options, ComponentContext context, IStorage storage, ILogger<HdfsSink> logger) : ISink
{
    private readonly List<BucketWriter> _wave = [];
    private readonly List<BucketFile> _evicted = [];
    private Session? _session;

    /// <inheritdoc/>
    public TimeSpan? CallTimeout => options.CallTimeout > TimeSpan.Zero ? options.CallTimeout : null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        var location = FileSystemPath.Parse(options.Path);
        if (!location.IsLocal)
        {
            throw new NotSupportedException(
                $"hdfs.path '{options.Path}' names the file system '{location.Scheme}'. This version writes to the local disk only: begin the path with 'file:'.");
        }

        var path = PathTemplate.Parse(location.Path);
        var prefix = PathTemplate.Parse(options.FilePrefix);
        if (path.NeedsHost || prefix.NeedsHost)
        {
            var host = await context.Runtime.External(HostNames.Find);
            path = path.WithHost(host);
            prefix = prefix.WithHost(host);
        }

        var format = FileFormat.Of(options, context);
        IFileSystem files = new LocalFileSystem(storage);
        var holder = $"process {Environment.ProcessId} on {Environment.MachineName}";
        var ledger = await Ledger.OpenAsync(storage, StateFile.PathOf(options.StateDirectory, context.Id), holder, abort);
        try
        {
            await RecoverAsync(files, ledger, abort);
        }
        catch
        {
            await ledger.CloseAsync(abort);
            throw;
        }

        _session = Compose(path, prefix, files, ledger, format);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        var session = _session ?? throw new InvalidOperationException("The sink is not started.");
        List<int>? failed = null;
        Exception? reason = null;
        session.Router.Begin();
        for (var next = 0; next < events.Length;)
        {
            try
            {
                next = session.Router.Assign(events, next, _wave, _evicted);
            }
            catch (PoisonEventException poison)
            {
                _wave.ForEach(static writer => writer.Clear());
                var first = next;
                next = events.Length;
                reason = poison;
                (failed ??= []).AddRange(Enumerable.Range(first, events.Length - first));
            }

            await WriteWaveAsync(session, events, abort);
            foreach (var writer in _wave)
            {
                if (writer.Failure is { } failure)
                {
                    reason ??= failure;
                    (failed ??= []).AddRange(writer.Failed);
                }

                writer.Clear();
                session.Buckets.Release(writer);
            }

            _wave.Clear();
        }

        if (failed is not null)
        {
            throw Failure(failed, events.Length, reason!);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_session is not { } session)
        {
            return;
        }

        _session = null;
        foreach (var file in session.Buckets.TakeAll())
        {
            session.Finisher.FinishInBackground(file);
        }

        await session.Finisher.StopAsync(abort);
        await session.Ledger.CloseAsync(abort);
    }

    // Files that make room are finished first, so that never more are open than allowed; then all buckets are written side by side.
    private async Task WriteWaveAsync(Session session, ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (_evicted.Count > 0)
        {
            await Join.AllAsync(_evicted.Select(file => session.Finisher.FinishAsync(file, abort)));
            _evicted.Clear();
        }

        if (_wave.Count == 1)
        {
            await _wave[0].WriteAsync(events, abort);
        }
        else
        {
            await Join.AllAsync(_wave.Select(writer => writer.WriteAsync(events, abort)));
        }
    }

    private static Exception Failure(List<int> failed, int count, Exception reason)
    {
        if (failed.Count == count)
        {
            return reason as DeliveryException ?? new DeliveryException(reason.Message, reason);
        }

        failed.Sort();
        return new PartialDeliveryException($"{failed.Count} of {count} events were not written: {reason.Message}", [.. failed], reason);
    }

    private Session Compose(PathTemplate path, PathTemplate prefix, IFileSystem files, Ledger ledger, FileFormat format)
    {
        var finisher = new FileFinisher(context.Runtime, files, ledger, options, logger);
        var shared = new BucketEnvironment(
            context.Runtime,
            files,
            ledger,
            new FileNames(options.InUsePrefix, options.EmptyInUseSuffix ? "" : options.InUseSuffix, options.FileSuffix.Length > 0 ? options.FileSuffix : format.Suffix, ledger.Owner, format.Tail),
            finisher,
            new RollPolicy(options.RollCount, options.RollSize, options.RollInterval, options.IdleTimeout),
            new WriteBufferPool(),
            format,
            options.Sync == SyncMode.Commit);
        var buckets = new BucketSet(shared, options.MaxOpenFiles);
        var zone = options.TimeZone is null ? context.Runtime.Time.LocalTimeZone : TimeZones.TryFind(options.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var clock = new PathClock(zone, options.Round ? new TimeRounding(options.RoundUnit, options.RoundValue) : null);
        return new Session(ledger, finisher, buckets, new BucketRouter(shared, buckets, path, prefix, clock, options.UseLocalTimestamp));
    }

    private async Task RecoverAsync(IFileSystem files, Ledger ledger, CancellationToken abort)
    {
        var count = 0;
        foreach (var entry in ledger.Open)
        {
            if (await Recovery.RecoverAsync(files, entry, options.Sync == SyncMode.Commit, abort) is { } name)
            {
                count++;
                FileRecovered(entry.InUse, name);
            }

            ledger.Finished(entry);
        }

        await ledger.CompactAsync(abort);
        if (count > 0)
        {
            FilesRecovered(context.Id, count);
        }
    }

    private sealed record Session(Ledger Ledger, FileFinisher Finisher, BucketSet Buckets, BucketRouter Router);

    [LoggerMessage(StorageEventIds.FileRecovered, LogLevel.Debug, "'{InUse}' was left in use by a former run and is '{Name}' now.")]
    private partial void FileRecovered(string inUse, string name);

    [LoggerMessage(StorageEventIds.FilesRecovered, LogLevel.Information, "{Sink} finished {Count} files that a former run had left in use.")]
    private partial void FilesRecovered(ComponentId sink, int count);
}
