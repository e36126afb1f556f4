using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Options of the <c>hdfs</c> sink.</summary>
public sealed partial class HdfsSinkOptions : IBatchSized, ICommitPoint, INeedsTimestamp, IHoldsEvents, IValidatableObject
{
    private const string DefaultInUseSuffix = ".tmp";
    private const string DefaultSerializer = "TEXT";
    private const string DefaultWriteFormat = "Writable";

    /// <summary>
    /// The folder of the files, with escapes: <c>%Y %m %d %H %M %S</c> and other letters of the event's time, <c>%{name}</c> for a header,
    /// <c>%[localhost]</c>. Missing folders are made. Values never lead out of the folder written before the first escape.
    /// </summary>
    [Option("hdfs.path", IsFileSystemPath = true, Example = "file:/var/log/flume/%Y-%m-%d"), Required]
    public string Path { get; init; } = "";

    /// <summary>What the file names begin with; escapes as in <c>hdfs.path</c>.</summary>
    [Option("hdfs.filePrefix")]
    public string FilePrefix { get; init; } = "FlumeData";

    /// <summary>What the file names end with, as it is: write the dot of <c>.txt</c> too. No escapes.</summary>
    [Option("hdfs.fileSuffix")]
    public string FileSuffix { get; init; } = "";

    /// <summary>What the name begins with while a file is written.</summary>
    [Option("hdfs.inUsePrefix")]
    public string InUsePrefix { get; init; } = "";

    /// <summary>What the name ends with while a file is written. An id of this sink stands before it.</summary>
    [Option("hdfs.inUseSuffix")]
    public string InUseSuffix { get; init; } = DefaultInUseSuffix;

    /// <summary>Files are written without an in-use suffix; without an in-use prefix either, they have their final names at once.</summary>
    [Option("hdfs.emptyInUseSuffix")]
    public bool EmptyInUseSuffix { get; init; }

    /// <summary>A file is finished this long after it was opened; 0: never.</summary>
    [Option("hdfs.rollInterval", Unit = "s", Example = "300")]
    public TimeSpan RollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A file is finished when it is this long, in bytes as they are written; 0: never. What is compressed together counts when it is written: at the end of each batch.</summary>
    [Option("hdfs.rollSize", Unit = "bytes", Example = "134217728")]
    public long RollSize { get; init; } = 1024;

    /// <summary>A file is finished when it holds this many events; 0: never.</summary>
    [Option("hdfs.rollCount", Unit = "events", Example = "0")]
    public long RollCount { get; init; } = 10;

    /// <summary>A file is finished when nothing was written to it for this long; 0: never.</summary>
    [Option("hdfs.idleTimeout", Unit = "s")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Most events taken at a time; each file they belong to is written once.</summary>
    [Option("hdfs.batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 100;

    /// <summary>
    /// The kind of file. <c>SequenceFile</c>: Hadoop's container of records, without headers. <c>DataStream</c>: what <c>serializer</c> writes, such
    /// as lines of text. <c>CompressedStream</c>: the same, compressed with <c>hdfs.codeC</c>.
    /// </summary>
    [Option("hdfs.fileType", Example = "DataStream")]
    public HdfsFileType FileType { get; init; } = HdfsFileType.SequenceFile;

    /// <summary>What a SequenceFile holds of an event: <c>Writable</c> (the body as <c>BytesWritable</c>) or <c>Text</c>. Other kinds of file have none.</summary>
    [Option("hdfs.writeFormat")]
    public string WriteFormat { get; init; } = DefaultWriteFormat;

    /// <summary>
    /// The compression of a CompressedStream, which needs one, or of the blocks of a SequenceFile: <c>gzip</c>, <c>bzip2</c>, <c>snappy</c> (as
    /// Hadoop frames it), <c>deflate</c> or <c>default</c> (both zlib). Names of Java classes are taken too. Names of files end with the
    /// codec's extension unless <c>hdfs.fileSuffix</c> is set.
    /// </summary>
    [Option("hdfs.codeC")]
    public string? Codec { get; init; }

    /// <summary>How events become bytes; a SequenceFile takes <c>hdfs.writeFormat</c> instead. Keys below <c>serializer.</c> are the serializer's own.</summary>
    [Option("serializer")]
    public ComponentChoice Serializer { get; init; } = ComponentChoice.Of(ComponentKind.Serializer, DefaultSerializer);

    /// <summary>Most files open at a time; the least recently used one is finished before another is opened.</summary>
    [Option("hdfs.maxOpenFiles", Unit = "files"), Range(1, int.MaxValue)]
    public int MaxOpenFiles { get; init; } = 5000;

    /// <summary>How long writing a batch may take before it is given up and tried again; 0: as long as it likes.</summary>
    [Option("hdfs.callTimeout", Unit = "ms")]
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often closing and renaming a file is tried; 0: until it works. A file given up keeps its in-use name until the next start.
    /// </summary>
    [Option("hdfs.closeTries")]
    public int CloseTries { get; init; }

    /// <summary>Time between two tries to close a file; 0: only one try.</summary>
    [Option("hdfs.retryInterval", Unit = "s")]
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Whether the time in <c>hdfs.path</c> and <c>hdfs.filePrefix</c> is rounded down.</summary>
    [Option("hdfs.round")]
    public bool Round { get; init; }

    /// <summary>What the time is rounded down to a multiple of: 1 to 60, for hours 1 to 24.</summary>
    [Option("hdfs.roundValue")]
    public int RoundValue { get; init; } = 1;

    /// <summary>What <c>hdfs.roundValue</c> counts: <c>second</c>, <c>minute</c> or <c>hour</c>.</summary>
    [Option("hdfs.roundUnit")]
    public RoundUnit RoundUnit { get; init; } = RoundUnit.Second;

    /// <summary>The zone of the time in paths, such as <c>Europe/Berlin</c>, <c>GMT+05:30</c> or <c>UTC</c>. Without it: the zone of the machine.</summary>
    [Option("hdfs.timeZone")]
    public string? TimeZone { get; init; }

    /// <summary>The time in paths is that of this machine, not that of the header <c>timestamp</c>.</summary>
    [Option("hdfs.useLocalTimeStamp", Example = "true")]
    public bool UseLocalTimestamp { get; init; }

    /// <summary>The Kerberos user; comes with a later version.</summary>
    [Option("hdfs.kerberosPrincipal")]
    public string? KerberosPrincipal { get; init; }

    /// <summary>The Kerberos key file; comes with a later version.</summary>
    [Option("hdfs.kerberosKeytab")]
    public string? KerberosKeytab { get; init; }

    /// <summary>
    /// <c>none</c>: events are committed when the operating system has them; they survive a crash of the process. <c>commit</c>: when they are
    /// synced to disk; they survive a power cut, at the price of one sync per batch and file.
    /// </summary>
    [Option("hdfs.sync")]
    public SyncMode Sync { get; init; } = SyncMode.None;

    /// <summary>
    /// Where the sink keeps the list of its files in use, by which it finds them again after a crash. Without it: <c>.flafka</c> in the
    /// user's home folder. Keep it over restarts: in a container, on a volume.
    /// </summary>
    [Option("hdfs.stateDir")]
    public string? StateDirectory { get; init; }

    CommitPoint ICommitPoint.CommitPoint => !IsLocal ? CommitPoint.Remote : Sync == SyncMode.Commit ? CommitPoint.Disk : CommitPoint.OperatingSystem;

    string? ICommitPoint.SyncKey => IsLocal ? "hdfs.sync = commit" : null;

    string INeedsTimestamp.LocalTimeSetting => "hdfs.useLocalTimeStamp = true";

    string? INeedsTimestamp.TimestampProperty =>
        UseLocalTimestamp ? null
        : PathTemplate.Parse(Path).NeedsTime ? nameof(Path)
        : PathTemplate.Parse(FilePrefix).NeedsTime ? nameof(FilePrefix)
        : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KerberosPrincipal is not null || KerberosKeytab is not null)
        {
            yield return new NotAvailableResult(
                "the login with Kerberos comes with a later version: leave hdfs.kerberosPrincipal and hdfs.kerberosKeytab out; files belong to the user that runs the agent",
                KerberosPrincipal is null ? nameof(KerberosKeytab) : nameof(KerberosPrincipal));
        }

        foreach (var finding in FindingsOfFormat())
        {
            yield return finding;
        }

        if (FaultOfFileSystem() is { } unreachable)
        {
            yield return unreachable;
        }

        if (EmptyInUseSuffix && InUseSuffix != DefaultInUseSuffix)
        {
            yield return new WithoutMeaningResult("with hdfs.emptyInUseSuffix = true names have no in-use suffix", nameof(InUseSuffix));
        }

        if (Commit == CommitMode.File && EmptyInUseSuffix && InUsePrefix.Length == 0)
        {
            yield return new ValidationResult("with hdfs.commit = file no file is seen in part, so it needs another name while it is written: leave hdfs.emptyInUseSuffix out", [nameof(EmptyInUseSuffix)]);
        }

        var most = RoundUnit == RoundUnit.Hour ? 24 : 60;
        if (Round && (RoundValue < 1 || RoundValue > most))
        {
            yield return new ValidationResult($"roundValue {RoundValue} does not fit {RoundUnit.ToString().ToLowerInvariant()}s: 1 to {most} do", [nameof(RoundValue)]);
        }

        // Flume: takes an unknown zone for GMT without a word.
        if (TimeZone is not null && !TimeZones.TryFind(TimeZone, out _))
        {
            yield return new ValidationResult($"'{TimeZone}' is no time zone known on this machine; names look like Europe/Berlin or GMT+05:30", [nameof(TimeZone)]);
        }

        foreach (var (text, property) in new[] { (Path, nameof(Path)), (FilePrefix, nameof(FilePrefix)) })
        {
            if (FaultOf(text) is { } fault)
            {
                yield return new ValidationResult(fault, [property]);
            }
        }
    }

    private static string? FaultOf(string pattern)
    {
        try
        {
            // Flume: such an escape stands for nothing, so that the folders of all its values are one.
            return PathTemplate.Parse(pattern).UnknownEscape is not { } unknown ? null
                : unknown is '{' or '[' ? $"'%{unknown}' opens no name; a header is written '%{{name}}', the machine '%[localhost]'"
                : $"'%{unknown}' is no escape; a per cent sign is written '%%', and a date '%Y-%m-%d'";
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }
}
