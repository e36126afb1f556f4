using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Flafka.Dataflow.Components.Serialization;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Options of the <c>spooldir</c> source.</summary>
public sealed class SpoolDirSourceOptions : IBatchSized, IExclusiveResources, ISetsHeaders, IValidatableObject
{
    /// <summary>The directory. Files must be complete when they appear in it: write them elsewhere on the same file system and move them in.</summary>
    [Option("spoolDir", Example = "/var/spool/flume"), Required]
    public string SpoolDir { get; init; } = string.Empty;

    /// <summary>Put behind the names of files that are delivered. Files whose names end so are not read.</summary>
    [Option("fileSuffix")]
    public string FileSuffix { get; init; } = ".COMPLETED";

    /// <summary>Whether files that are delivered are deleted: <c>never</c> or <c>immediate</c>.</summary>
    [Option("deletePolicy")]
    public DeletePolicy DeletePolicy { get; init; } = DeletePolicy.Never;

    /// <summary>
    /// How files that are delivered and not deleted are marked: <c>rename</c> puts <c>fileSuffix</c> behind their names, <c>tracker_dir</c>
    /// makes an empty file in <c>trackerDir</c> and leaves them alone, so that <c>spoolDir</c> may be read-only.
    /// </summary>
    [Option("trackingPolicy")]
    public TrackingPolicy TrackingPolicy { get; init; } = TrackingPolicy.Rename;

    /// <summary>Where the source keeps its position and, with <c>tracker_dir</c>, its marks. A relative path is below <c>spoolDir</c>.</summary>
    [Option("trackerDir")]
    public string TrackerDir { get; init; } = ".flumespool";

    /// <summary>Whether each event gets the absolute path of its file as a header.</summary>
    [Option("fileHeader")]
    public bool FileHeader { get; init; }

    /// <summary>Name of that header.</summary>
    [Option("fileHeaderKey")]
    public string FileHeaderKey { get; init; } = "file";

    /// <summary>Whether each event gets the name of its file, without the directory, as a header.</summary>
    [Option("basenameHeader")]
    public bool BasenameHeader { get; init; }

    /// <summary>Name of that header.</summary>
    [Option("basenameHeaderKey")]
    public string BasenameHeaderKey { get; init; } = "basename";

    /// <summary>Regular expression that the whole name of a file must match.</summary>
    [Option("includePattern", IsFreeText = true)]
    public string IncludePattern { get; init; } = "^.*$";

    /// <summary>Regular expression; files whose whole names match are not read, and subdirectories are not entered. Wins over <c>includePattern</c>.</summary>
    [Option("ignorePattern", IsFreeText = true)]
    public string IgnorePattern { get; init; } = "^$";

    /// <summary>Most events in one batch. A batch never spans two files.</summary>
    [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 100;

    /// <summary>Character set of the files, for deserializers of text.</summary>
    [Option("inputCharset")]
    public string InputCharset { get; init; } = "UTF-8";

    /// <summary>
    /// What becomes of bytes that are no text in <c>inputCharset</c>. <c>fail</c>: the source stops at that file and tries it again every 3
    /// seconds; <c>replace</c>: U+FFFD takes their place; <c>ignore</c>: they are left out.
    /// </summary>
    [Option("decodeErrorPolicy")]
    public DecodeErrorPolicy DecodeErrorPolicy { get; init; } = DecodeErrorPolicy.Fail;

    /// <summary>How files become events: <c>LINE</c>, or another deserializer. Its options are below <c>deserializer.</c></summary>
    [Option("deserializer")]
    public ComponentChoice Deserializer { get; init; } = ComponentChoice.Of(ComponentKind.Deserializer, "LINE");

    /// <summary>Which file is next: <c>oldest</c>, <c>youngest</c> or <c>random</c>.</summary>
    [Option("consumeOrder")]
    public ConsumeOrder ConsumeOrder { get; init; } = ConsumeOrder.Oldest;

    /// <summary>Pause between two looks into the directory when there is nothing to read.</summary>
    [Option("pollDelay", Unit = "ms")]
    public TimeSpan PollDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether subdirectories are read as well, but for those whose names begin with a dot.</summary>
    [Option("recursiveDirectorySearch")]
    public bool RecursiveDirectorySearch { get; init; }

    /// <summary>Longest pause before events that were rejected are sent again; the first is 250 ms, and each is twice the one before.</summary>
    [Option("maxBackoff", Unit = "ms")]
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Obsolete.</summary>
    [Option("bufferMaxLines", Ignored = "Lines are not buffered; Flume ignores this key, too.")]
    public int? BufferMaxLines { get; init; }

    /// <summary>Old form of <c>deserializer.maxLineLength</c>, which it overrides when the deserializer is <c>LINE</c>.</summary>
    [Option("bufferMaxLineLength", Unit = "characters"), Range(1, int.MaxValue)]
    public int? BufferMaxLineLength { get; init; }

    /// <summary>The tracker directory: two sources that share it would forget each other's position.</summary>
    public IEnumerable<string> Resources => SpoolDir.Length == 0 ? [] : ["dir:" + Path.GetFullPath(TrackerPath)];

    // Only lines are known to bring no headers of their own.
    bool ISetsHeaders.MaySet(string header) =>
        (FileHeader && header == FileHeaderKey) || (BasenameHeader && header == BasenameHeaderKey)
        || Deserializer.Bound is not { Options: LineDeserializerOptions };

    /// <summary>The spool directory without a separator at its end.</summary>
    internal string SpoolPath => Path.TrimEndingDirectorySeparator(SpoolDir);

    /// <summary>The tracker directory.</summary>
    internal string TrackerPath => Path.Combine(SpoolPath, Path.TrimEndingDirectorySeparator(TrackerDir));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!JavaCharset.TryGet(InputCharset, DecodeErrorPolicy, out _))
        {
            yield return new ValidationResult(
                $"the character set '{InputCharset}' is not known; UTF-8, UTF-16, ISO-8859-1 and windows-1252 are examples of known ones",
                [nameof(InputCharset)]);
        }

        if (PatternProblem(IncludePattern) is { } include)
        {
            yield return new ValidationResult(include, [nameof(IncludePattern)]);
        }

        if (PatternProblem(IgnorePattern) is { } ignore)
        {
            yield return new ValidationResult(ignore, [nameof(IgnorePattern)]);
        }

        if (PollDelay <= TimeSpan.Zero)
        {
            yield return new ValidationResult("a pause must be longer than nothing; write pollDelay = 500", [nameof(PollDelay)]);
        }
    }

    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = JavaPattern.WholeMatch(pattern);
            return null;
        }
        catch (RegexParseException problem)
        {
            return $"the regular expression '{pattern}' is not valid: {JavaPattern.Reason(problem)}";
        }
    }
}
