using System.Collections.Immutable;
using System.Net;
using Flafka.Dataflow.Paths;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Formats;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Writes events to files in folders that are made of the events' time and headers, on the local disk or on HDFS. A file is written under an
/// in-use name and gets its final name when it is finished: after so many events, bytes or seconds.
/// </summary>
/// <remarks>
/// <c>hdfs.commit</c> says when events count as delivered: batch by batch, or when their file is finished. After a crash the next start finishes
/// the files that were in use, or deletes those that count only when they are finished.
/// </remarks>
/// <param name="options">The user's keys.</param>
/// <param name="context">Name, clock and scheduler.</param>
/// <param name="storage">The disk.</param>
/// <param name="logger">Tells what happens to files.</param>
[Sink(
    "hdfs", JavaClass = "org.apache.flume.sink.hdfs.HDFSEventSink",
    BetterThanFlume = "finishes after a crash the files that were in use; whole files without doubles; syncs to disk on demand")]
public sealed partial class HdfsSink(HdfsSinkOptions options, ComponentContext context, IStorage storage, ILogger<HdfsSink> logger) : ISink, IHoldingSink
{
    private static readonly TimeSpan ShortestRenewal = TimeSpan.FromHours(1);

    private readonly bool _holds = options.Decide(context.Channel).Mode == CommitMode.File || !FileSystemPath.Parse(options.Path).IsLocal;
    private Delivery? _delivery;

    /// <summary>Sends requests to HDFS; tests put their own in its place.</summary>
    internal Func<WebHdfsSettings, HttpMessageHandler> NewHandler { get; init; } = WebHdfsClient.NewHandler;

    /// <inheritdoc/>
    public int MaxHeldEvents => !_holds ? 0
        : options.Decide(context.Channel).Mode == CommitMode.File ? int.MaxValue
        : (int)Math.Min(int.MaxValue, 2L * options.MostAppended(context.Channel));

    /// <inheritdoc/>
    /// <remarks>A sink that holds limits each call of the file system instead.</remarks>
    public TimeSpan? CallTimeout => !_holds && options.CallTimeout > TimeSpan.Zero ? options.CallTimeout : null;

    private Delivery Started => _delivery ?? throw new InvalidOperationException("The sink is not started.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        var location = FileSystemPath.Parse(options.Path);
        var path = PathTemplate.Parse(location.Path);
        var prefix = PathTemplate.Parse(options.FilePrefix);
        if (path.NeedsHost || prefix.NeedsHost)
        {
            var host = await context.Runtime.External(HostNames.Find);
            path = path.WithHost(host);
            prefix = prefix.WithHost(host);
        }

        var zone = options.TimeZone is null ? context.Runtime.Time.LocalTimeZone : TimeZones.TryFind(options.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var clock = new PathClock(zone, options.Round ? new TimeRounding(options.RoundUnit, options.RoundValue) : null);
        var holder = $"process {Environment.ProcessId} on {Environment.MachineName}";
        var background = new Background(context.Runtime);
        var files = Files(location, background);
        Ledger? ledger = null;
        try
        {
            ledger = await Ledger.OpenAsync(storage, StateFile.PathOf(options.StateDirectory, context.Id), holder, abort);
            var delivery = Compose(new DeliveryPlan(path, prefix, clock, options.UseLocalTimestamp, options.MaxOpenFiles), files, ledger, background);
            await RecoverAsync(files, ledger, background, abort);
            _delivery = delivery;
        }
        catch
        {
            await background.StopAsync(new CancellationToken(canceled: true));
            if (ledger is not null)
            {
                await ledger.CloseAsync(abort);
            }

            await files.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => ((BatchDelivery)Started).WriteAsync(events, abort);

    /// <inheritdoc/>
    public ValueTask AcceptAsync(Lease lease, CancellationToken abort) => new(((HoldingDelivery)Started).AcceptAsync(lease, abort));

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken abort) => _delivery is HoldingDelivery holding ? holding.FlushAsync(abort) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_delivery is { } delivery)
        {
            _delivery = null;
            await delivery.StopAsync(abort);
        }
    }

    private IFileSystem Files(FileSystemPath location, Background background)
    {
        if (location.IsLocal)
        {
            return new LocalFileSystem(storage);
        }

        var cluster = options.Cluster(location);
        var client = new WebHdfsClient(context.Runtime, cluster, NewHandler(cluster));
        if (options.DelegationToken is { } token)
        {
            background.Start(() => KeepTokenAsync(client, token, background.Stopping));
        }

        return new WebHdfsFileSystem(location.Root, client);
    }

    private Delivery Compose(DeliveryPlan plan, IFileSystem files, Ledger ledger, Background background)
    {
        var format = FileFormat.Of(options, context);
        var (mode, why) = options.Decide(context.Channel);
        if (mode != CommitMode.File && format.CountsWhenFinished)
        {
            throw new NotSupportedException("Files of this format count only when they are finished: set hdfs.commit = file.");
        }

        var shared = new BucketEnvironment(
            context.Runtime,
            files,
            ledger,
            new FileNames(
                options.InUsePrefix,
                options.EmptyInUseSuffix ? "" : options.InUseSuffix,
                options.FileSuffix.Length > 0 ? options.FileSuffix : format.Suffix,
                ledger.Owner,
                mode == CommitMode.File ? FileTail.Unfinished : format.Tail),
            new RollPolicy(options.RollCount, options.RollSize, options.RollInterval, options.IdleTimeout),
            new WriteBufferPool(),
            format,
            options.Sync == SyncMode.Commit);
        if (_holds)
        {
            HowEventsCount(context.Id, why);
        }

        if (mode == CommitMode.File)
        {
            return new FileDelivery(plan, shared, background, new HeldFileFinisher(context.Runtime, files, ledger, background, options, logger));
        }

        var finisher = new FileFinisher(context.Runtime, files, ledger, background, options, logger);
        return _holds
            ? new AppendDelivery(plan, shared, background, finisher, options.MostAppended(context.Channel), options.ThreadsPoolSize)
            : new BatchDelivery(plan, shared, background, finisher);
    }

    private async Task RecoverAsync(IFileSystem files, Ledger ledger, Background background, CancellationToken abort)
    {
        var count = 0;
        foreach (var entry in ledger.Open)
        {
            if (!entry.InUse.StartsWith(files.Root + "/", StringComparison.Ordinal))
            {
                OtherFileSystem(entry.InUse);
                continue;
            }

            try
            {
                switch (await Recovery.TryRecoverAsync(files, entry, options.Sync == SyncMode.Commit, abort))
                {
                    case null:
                        RecoveredLater(entry.InUse);
                        background.Start(() => RecoverLaterAsync(files, entry, ledger, background, WebHdfsFile.RecoveryPause));
                        continue;
                    case { Length: > 0 } name:
                        count++;
                        FileRecovered(entry.InUse, name);
                        break;
                }

                ledger.Finished(entry);
            }
            catch (Exception failure) when (IsOfOneFile(failure))
            {
                NotRecovered(failure, entry.InUse, failure.Message);
                background.Start(() => RecoverLaterAsync(files, entry, ledger, background, LongerPause));
            }
        }

        await ledger.CompactAsync(abort);
        if (count > 0)
        {
            FilesRecovered(context.Id, count);
        }
    }

    // A cluster that does not answer holds up the start; one file that cannot be read or renamed does not.
    private static bool IsOfOneFile(Exception failure) => failure is UnauthorizedAccessException or IOException and not WebHdfsException { IsTransient: true };

    private TimeSpan LongerPause => options.RetryInterval > WebHdfsFile.RecoveryPause ? options.RetryInterval : WebHdfsFile.RecoveryPause;

    // The name node ends the lease of the former run a minute after it was last seen.
    private async Task RecoverLaterAsync(IFileSystem files, LedgerEntry entry, Ledger ledger, Background background, TimeSpan pause)
    {
        while (true)
        {
            try
            {
                await context.Runtime.DelayAsync(pause, background.Stopping);
                if (await Recovery.TryRecoverAsync(files, entry, isDurable: false, background.Abort) is { } name)
                {
                    FileRecovered(entry.InUse, name);
                    ledger.Finished(entry);
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return; // it stays on the list
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                NotRecovered(failure, entry.InUse, failure.Message);
                pause = LongerPause;
            }
        }
    }

    private async Task KeepTokenAsync(WebHdfsClient client, string token, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                var end = await client.RenewAsync(token, stopping);
                TokenRenewed(context.Id, end);
                var left = end - context.Runtime.Time.GetUtcNow();
                await context.Runtime.DelayAsync(left > 2 * ShortestRenewal ? left / 2 : ShortestRenewal, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (WebHdfsException refusal) when (refusal.Status == HttpStatusCode.Unauthorized)
            {
                TokenOfKerberos(context.Id);
                return;
            }
            catch (IOException failure)
            {
                TokenNotRenewed(failure, context.Id, failure.Message);
                if (!await Join.WithinAsync(context.Runtime, context.Runtime.DelayAsync(ShortestRenewal, stopping), Timeout.InfiniteTimeSpan, stopping))
                {
                    return;
                }
            }
        }
    }

    [LoggerMessage(StorageEventIds.RecoveredLater, LogLevel.Information, "FLK6205: '{InUse}' was left in use by a former run, and its lease is being recovered; it is finished later.")]
    private partial void RecoveredLater(string inUse);

    [LoggerMessage(StorageEventIds.NotRecovered, LogLevel.Warning, "'{InUse}' was left in use by a former run and could not be finished; it is tried again: {Problem}")]
    private partial void NotRecovered(Exception failure, string inUse, string problem);

    [LoggerMessage(StorageEventIds.TokenRenewed, LogLevel.Information, "{Sink}: the delegation token is good until {End}.")]
    private partial void TokenRenewed(ComponentId sink, DateTimeOffset end);

    [LoggerMessage(StorageEventIds.TokenNotRenewed, LogLevel.Warning, "{Sink}: the delegation token could not be renewed; it is tried again in an hour, and the sink fails when the token ends: {Problem}")]
    private partial void TokenNotRenewed(Exception failure, ComponentId sink, string problem);

    [LoggerMessage(
        StorageEventIds.TokenOfKerberos,
        LogLevel.Warning,
        "{Sink}: the cluster renews the delegation token only for a login by Kerberos, which this sink does not have: have its renewer do it, or set another hdfs.delegationToken before it ends.")]
    private partial void TokenOfKerberos(ComponentId sink);

    [LoggerMessage(StorageEventIds.HowEventsCount, LogLevel.Information, "{Sink}: hdfs.commit = {Why}.")]
    private partial void HowEventsCount(ComponentId sink, string why);

    [LoggerMessage(StorageEventIds.OtherFileSystem, LogLevel.Warning, "'{InUse}' was left in use by a former run on another file system and stays there until hdfs.path leads there again.")]
    private partial void OtherFileSystem(string inUse);

    [LoggerMessage(StorageEventIds.FileRecovered, LogLevel.Debug, "'{InUse}' was left in use by a former run and is '{Name}' now.")]
    private partial void FileRecovered(string inUse, string name);

    [LoggerMessage(StorageEventIds.FilesRecovered, LogLevel.Information, "{Sink} finished {Count} files that a former run had left in use.")]
    private partial void FilesRecovered(ComponentId sink, int count);
}
