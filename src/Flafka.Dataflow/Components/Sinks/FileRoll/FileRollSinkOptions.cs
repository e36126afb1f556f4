using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Options of the <c>file_roll</c> sink.</summary>
public sealed class FileRollSinkOptions : IBatchSized, ICommitPoint, IValidatableObject
{
    private static readonly string[] ByNumber = ["DEFAULT", "org.apache.flume.formatter.output.DefaultPathManager"];
    private static readonly string[] ByTime = ["ROLLTIME", "org.apache.flume.formatter.output.RollTimePathManager"];

    /// <summary>The directory that gets the files. It must exist; it is not made.</summary>
    [Option("sink.directory", Example = "/var/log/flume"), Required]
    public string Directory { get; init; } = string.Empty;

    /// <summary>A new file is begun after this time, counted from the start of the sink, when there is something to write. 0 or less: one file for ever.</summary>
    [Option("sink.rollInterval", Unit = "s")]
    public TimeSpan RollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most events written and committed at a time.</summary>
    [Option("sink.batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 100;

    /// <summary>The format of the files. Keys below it, such as <c>sink.serializer.appendNewline</c>, are the serializer's.</summary>
    [Option("sink.serializer")]
    public ComponentChoice Serializer { get; init; } = ComponentChoice.Of(ComponentKind.Serializer, "TEXT");

    /// <summary>
    /// How files are named. <c>DEFAULT</c>: PREFIX, the start of the sink in milliseconds since 1970, <c>-</c> and a number from 1 on.
    /// <c>ROLLTIME</c>: PREFIX, local time of the file's beginning as <c>yyyyMMddHHmmss</c>, <c>-</c> and a number from 1 on in each second.
    /// A name that is taken is passed over: existing files are never written to.
    /// </summary>
    [Option("sink.pathManager")]
    public string PathManager { get; init; } = ByNumber[0];

    /// <summary>What the names of the files begin with.</summary>
    [Option("sink.pathManager.prefix")]
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What the names of the files end in, behind a dot.</summary>
    [Option("sink.pathManager.extension")]
    public string Extension { get; init; } = string.Empty;

    /// <summary>
    /// When written events are safe. <c>none</c>: when the operating system has them, so a crash of the process loses nothing, a power cut the last
    /// seconds. <c>commit</c>: when they are on disk; every batch then waits for the disk, so set <c>sink.batchSize</c> to 1000 or more.
    /// </summary>
    [Option("sink.sync")]
    public FileRollSync Sync { get; init; }

    /// <inheritdoc/>
    public CommitPoint CommitPoint => Sync == FileRollSync.Commit ? CommitPoint.Disk : CommitPoint.OperatingSystem;

    /// <inheritdoc/>
    public string? SyncKey => "sink.sync = commit";

    /// <summary>Whether files are named by the time of their beginning.</summary>
    internal bool IsNamedByTime => Names(ByTime);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Names(ByNumber) && !Names(ByTime))
        {
            yield return new ValidationResult($"'{PathManager}' is neither DEFAULT nor ROLLTIME", [nameof(PathManager)]);
        }
    }

    private bool Names(string[] manager) =>
        PathManager.Equals(manager[0], StringComparison.OrdinalIgnoreCase) || PathManager == manager[1] || PathManager == manager[1] + "$Builder";
}
