using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <content>Keys about HDFS and about when events count as delivered.</content>
public sealed partial class HdfsSinkOptions : INeedsHadoop, ICommitsFiles
{
    private const int MostBatchesGathered = 8;

    /// <summary>
    /// When events count as delivered. <c>batch</c>: when the batch that brought them is in its files. <c>file</c>: when their file is complete and
    /// has its final name; the sink holds them until then, and after a crash deletes what was in use. <c>auto</c>: <c>batch</c> on the local disk;
    /// on HDFS <c>file</c> where the channel is durable or holds as many events as a file may (<c>hdfs.rollCount</c>), else <c>batch</c>. With the serializer
    /// <c>parquet</c>, whose files cannot be read before they are finished, <c>file</c> in any case.
    /// </summary>
    [Option("hdfs.commit")]
    public CommitMode Commit { get; init; } = CommitMode.Auto;

    /// <summary>
    /// The HTTP addresses of the name node and its twins, <c>host:port</c> with commas between them. Without it: what Hadoop's configuration says of
    /// the cluster in <c>hdfs.path</c>, else the host there and port 9870. For <c>webhdfs:</c> and <c>swebhdfs:</c> the address in <c>hdfs.path</c>.
    /// </summary>
    [Option("hdfs.webhdfsAddress")]
    public string? WebHdfsAddress { get; init; }

    /// <summary>
    /// The delegation token to log in with on HDFS, as <c>hdfs fetchdt --webservice</c> gives it. It is renewed while the agent runs, where the
    /// cluster does that without a login by Kerberos; elsewhere its renewer has to do it, or a new one has to be set before it ends.
    /// </summary>
    [Option("hdfs.delegationToken", Secret = true)]
    public string? DelegationToken { get; init; }

    /// <summary>
    /// Over TLS (<c>swebhdfs:</c>, or <c>https://</c> in <c>hdfs.webhdfsAddress</c>): a PEM file with the certificates of the authorities that sign those of
    /// the cluster. They are trusted in place of the ones that this machine trusts.
    /// </summary>
    [Option("hdfs.caFile")]
    public string? CaFile { get; init; }

    /// <summary>The user to act for on HDFS; the cluster has to allow it to the user that runs the agent (<c>HADOOP_USER_NAME</c>).</summary>
    [Option("hdfs.proxyUser")]
    public string? ProxyUser { get; init; }

    /// <summary>
    /// With <c>hdfs.commit = batch</c> on HDFS: most events that gather for one append. Without it: eight times <c>hdfs.batchSize</c>, but no more
    /// than half of what the channel holds. At 16 MiB an append goes in any case.
    /// </summary>
    [Option("hdfs.appendBatch", Unit = "events"), Range(1, int.MaxValue)]
    public int? AppendBatch { get; init; }

    /// <summary>On HDFS, and with <c>hdfs.commit = file</c>: most files appended to, or being finished, at a time.</summary>
    [Option("hdfs.threadsPoolSize"), Range(1, int.MaxValue)]
    public int ThreadsPoolSize { get; init; } = 10;

    bool INeedsHadoop.NeedsHadoop => WebHdfsAddress is null && FileSystemPath.Parse(Path).IsHdfs;

    HadoopConfiguration? INeedsHadoop.Hadoop { get; set; }

    bool ICommitsFiles.CommitsWholeFiles => Commit != CommitMode.Batch;

    string ICommitsFiles.WholeFileSetting => "hdfs.commit = file";

    private bool IsLocal => FileSystemPath.Parse(Path).IsLocal;

    HoldingPlan? IHoldsEvents.Plan(ChannelTraits channel)
    {
        var (mode, why) = Decide(channel);
        if (mode == CommitMode.File)
        {
            return new HoldingPlan(
                $"Files count whole (hdfs.commit = {why}): one in use is deleted after a crash and its events come again; only a crash between a rename and its commit shows a file twice.",
                RollCount,
                IsWhole: true)
            {
                WhenCramped = "files will be cut at about {0} events",
            };
        }

        return IsLocal ? null : new HoldingPlan(
            $"Appends of up to {MostAppended(channel).ToString("N0", CultureInfo.InvariantCulture)} events count one by one (hdfs.commit = {why}).",
            2L * MostAppended(channel),
            IsWhole: false);
    }

    /// <summary>When events count where the sink reads from a channel, and why.</summary>
    internal (CommitMode Mode, string Why) Decide(ChannelTraits? channel) =>
        Commit == CommitMode.File ? (CommitMode.File, "file")
        : Commit == CommitMode.Batch ? (CommitMode.Batch, "batch")
        : FileType != HdfsFileType.SequenceFile && Serializer.CountsWhenFinished ? (CommitMode.File, $"auto, as {Serializer.TypeName} files cannot be read before they are finished")
        : IsLocal ? (CommitMode.Batch, "auto, on the local disk")
        : channel is null ? (CommitMode.Batch, "auto, without a channel")
        : channel.IsDurable ? (CommitMode.File, $"auto, as {channel.Name} is durable")
        : RollCount > 0 && RollCount <= channel.Capacity ? (CommitMode.File, $"auto, as {channel.Name} holds as many events as a file may")
        : (CommitMode.Batch, RollCount > 0 ? $"auto, as {channel.Name} holds fewer events than a file may" : $"auto, as {channel.Name} is not durable and hdfs.rollCount sets no limit");

    /// <summary>Most events in one append.</summary>
    internal int MostAppended(ChannelTraits? channel) => AppendBatch
        ?? (int)Math.Clamp(Math.Min((long)MostBatchesGathered * BatchSize, (channel?.Capacity ?? long.MaxValue) / 2), 1, int.MaxValue);

    /// <summary>How to talk to the cluster that the path names.</summary>
    /// <exception cref="FormatException">No address follows from the keys and Hadoop's configuration.</exception>
    internal WebHdfsSettings Cluster(FileSystemPath path) => new(
        WebHdfsAddresses.Of(path, WebHdfsAddress, ((INeedsHadoop)this).Hadoop), CallTimeout > TimeSpan.Zero ? CallTimeout : TimeSpan.FromMinutes(10))
    {
        User = Environment.GetEnvironmentVariable("HADOOP_USER_NAME") is { Length: > 0 } name ? name : Environment.UserName,
        ProxyUser = ProxyUser,
        Token = DelegationToken,
        CaFile = CaFile,
    };

    private ValidationResult? FaultOfFileSystem()
    {
        var path = FileSystemPath.Parse(Path);
        if (path.IsLocal)
        {
            return null;
        }

        if (!path.IsHdfs)
        {
            return new NotAvailableResult($"the file system '{path.Scheme}' is not available: begin the path with 'hdfs://', 'webhdfs://', 'swebhdfs://' or 'file:'", nameof(Path));
        }

        if (path.Authority.Contains('%', StringComparison.Ordinal) || !path.Path.StartsWith('/'))
        {
            return new ValidationResult($"'{Path}' does not name a cluster: begin it with '{path.Scheme}://HOST/'", [nameof(Path)]);
        }

        if (Sync == SyncMode.Commit)
        {
            return new ValidationResult("WebHDFS has no sync: what is delivered is with the data nodes", [nameof(Sync)]);
        }

        try
        {
            var isPlain = Cluster(path).NameNodes.All(static node => node.Scheme == Uri.UriSchemeHttp);
            return CaFile is null || !isPlain ? null : new WithoutMeaningResult(
                "the name nodes are asked without TLS: begin the path with 'swebhdfs://', or set hdfs.webhdfsAddress = https://HOST:PORT", nameof(CaFile));
        }
        catch (FormatException fault)
        {
            return new ValidationResult(fault.Message, [WebHdfsAddress is null ? nameof(Path) : nameof(WebHdfsAddress)]);
        }
    }
}
