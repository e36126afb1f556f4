using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Options of the <c>file</c> channel.</summary>
public sealed class FileChannelOptions : ITransactionLimited, IAcknowledging, IExclusiveResources, IValidatableObject
{
    private const string Checkpoints = "A checkpoint here only saves time: a start reads what was written since the last one, about 64 MiB at most.";

    /// <summary>
    /// The directory of the checkpoint, which saves the next start from reading what is stored. Without it:
    /// <c>.flafka/file-channel/AGENT/CHANNEL/checkpoint</c> below the home directory.
    /// </summary>
    [Option("checkpointDir")]
    public string CheckpointDir { get; init; } = string.Empty;

    /// <summary>Whether a second checkpoint is kept in <c>backupCheckpointDir</c>.</summary>
    [Option("useDualCheckpoints")]
    public bool UseDualCheckpoints { get; init; }

    /// <summary>The directory of the second checkpoint; another one than <c>checkpointDir</c> and <c>dataDirs</c>.</summary>
    [Option("backupCheckpointDir")]
    public string BackupCheckpointDir { get; init; } = string.Empty;

    /// <summary>
    /// The directories that hold the events, separated by commas; on several disks the channel writes to all of them at once. Without it:
    /// <c>.flafka/file-channel/AGENT/CHANNEL/data</c> below the home directory. Use the same list at every start: events in a directory
    /// that is left out stay there.
    /// </summary>
    [Option("dataDirs", Separator = ",")]
    public ImmutableArray<string> DataDirs { get; init; } = [];

    /// <summary>Most events held, those lent to sinks included. It may be changed at any start; with less than is held, puts wait.</summary>
    [Option("capacity", Unit = "events"), Range(1, int.MaxValue)]
    public int Capacity { get; init; } = 1_000_000;

    /// <summary>Most events in one put or one lease; not more than <c>capacity</c>.</summary>
    [Option("transactionCapacity", Unit = "events"), Range(1, int.MaxValue)]
    public int TransactionCapacity { get; init; } = 10_000;

    /// <summary>How long a put for a waiting client waits for room before it is refused.</summary>
    [Option("keep-alive", Unit = "s")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest time between two checkpoints; one is also written after every 64 MiB. At least 1000.</summary>
    [Option("checkpointInterval", Unit = "ms")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether an orderly stop writes a checkpoint.</summary>
    [Option("checkpointOnClose")]
    public bool CheckpointOnClose { get; init; } = true;

    /// <summary>Most bytes in one file; never more than 128 MiB. A file is deleted when all its events, and those of older files, are delivered.</summary>
    [Option("maxFileSize", Unit = "bytes"), Range(1, long.MaxValue)]
    public long MaxFileSize { get; init; } = 1_623_195_647;

    /// <summary>Free space below which a directory takes no events; sinks go on and free space. At least 1048576.</summary>
    [Option("minimumRequiredSpace", Unit = "bytes"), Range(0, long.MaxValue)]
    public long MinimumRequiredSpace { get; init; } = 524_288_000;

    /// <summary>
    /// When the source is told that events are delivered. <c>channel</c> and <c>auto</c>: when they are on disk. <c>end-to-end</c>: when a sink has
    /// committed them, which is slower and no safer.
    /// </summary>
    [Option("acknowledge")]
    public AcknowledgeMode Acknowledge { get; init; } = AcknowledgeMode.Auto;

    /// <summary>Without a meaning.</summary>
    [Option("fsyncPerTransaction", Ignored = "Every put is synced before it is acknowledged, many in one sync; Flume syncs them, too, whatever this key says.")]
    public bool? FsyncPerTransaction { get; init; }

    /// <summary>Without a meaning.</summary>
    [Option("fsyncInterval", Ignored = "Every put is synced before it is acknowledged, many in one sync.")]
    public int? FsyncInterval { get; init; }

    /// <summary>Without a meaning.</summary>
    [Option("compressBackupCheckpoint", Ignored = "A checkpoint is small.")]
    public bool? CompressBackupCheckpoint { get; init; }

    /// <summary>Without a meaning.</summary>
    [Option("use-log-replay-v1", Ignored = Checkpoints)]
    public bool? UseLogReplayV1 { get; init; }

    /// <summary>Without a meaning.</summary>
    [Option("use-fast-replay", Ignored = Checkpoints)]
    public bool? UseFastReplay { get; init; }

    /// <summary>Not available in this version; put the directories on an encrypted file system.</summary>
    [Option("encryption.", Secret = true)]
    public ImmutableDictionary<string, string> Encryption { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public IEnumerable<string> Resources =>
        DataDirs.Append(CheckpointDir).Append(UseDualCheckpoints ? BackupCheckpointDir : string.Empty)
            .Where(static directory => directory.Length > 0)
            .Select(static directory => "dir:" + Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Encryption.IsEmpty)
        {
            yield return new NotAvailableResult(
                "events are not encrypted by this version of the file channel; put dataDirs on an encrypted file system and remove the key", nameof(Encryption));
        }

        if (TransactionCapacity > Capacity)
        {
            yield return new ValidationResult(
                $"transactionCapacity {TransactionCapacity} is greater than capacity {Capacity}; set capacity = {TransactionCapacity} or more",
                [nameof(TransactionCapacity)]);
        }

        if ((DataDirs.IsDefaultOrEmpty || CheckpointDir.Length == 0) && Home.Length == 0)
        {
            yield return new ValidationResult(
                "the user has no home directory to keep the channel in; set checkpointDir and dataDirs", [nameof(CheckpointDir)]);
        }

        if (UseDualCheckpoints && BackupCheckpointDir.Length == 0)
        {
            yield return new ValidationResult("useDualCheckpoints = true needs a directory for the second checkpoint; set backupCheckpointDir", [nameof(BackupCheckpointDir)]);
        }
    }

    /// <summary>Where everything is, and how large.</summary>
    internal LogSettings Settings(ComponentId id)
    {
        var home = Path.Combine(Home, ".flafka", "file-channel", id.Agent, id.Name);
        ImmutableArray<string> data = DataDirs.IsDefaultOrEmpty ? [Path.Combine(home, "data")] : [.. DataDirs.Select(Full)];
        var checkpoint = CheckpointDir.Length == 0 ? Path.Combine(home, "checkpoint") : Full(CheckpointDir);
        string[] checkpoints = UseDualCheckpoints ? [checkpoint, Full(BackupCheckpointDir)] : [checkpoint];
        return new LogSettings(data, [.. checkpoints.Select(static directory => Path.Combine(directory, Checkpoint.FileName))])
        {
            MaxSegmentSize = Math.Clamp(MaxFileSize, 4096, 128 << 20),
            CheckpointInterval = CheckpointInterval < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : CheckpointInterval,
            CheckpointOnClose = CheckpointOnClose,
            MinimumRequiredSpace = Math.Max(1 << 20, MinimumRequiredSpace),
        };
    }

    // Also where it cannot be reached: the start then says so, instead of a relative path being taken.
    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    private static string Full(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
}
