using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Options of the serializer <c>parquet</c>.</summary>
public sealed class ParquetSerializerOptions : IValidatableObject
{
    /// <summary>
    /// Headers that get a column of their own, as <c>name</c> or <c>name:type</c> with the types <c>string</c> (without a type), <c>long</c>, <c>int</c>,
    /// <c>double</c>, <c>boolean</c> and <c>timestamp</c> (milliseconds since 1970). The column has no value where the header is missing or is no such
    /// value.
    /// </summary>
    [Option("columns", Separator = ",", Example = "host,timestamp:timestamp,status:int")]
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>
    /// Which headers the column <c>headers</c>, a map, holds. <c>rest</c>: those that are in no column of their own, so that nothing is lost. <c>all</c>: every one.
    /// <c>none</c>: there is no such column, and what has no column of its own is not written.
    /// </summary>
    [Option("headers")]
    public ParquetHeaders Headers { get; init; }

    /// <summary>
    /// What the column <c>body</c> holds. <c>bytes</c>: the bodies as they are. <c>string</c>: text in UTF-8; what is not UTF-8 in a body is replaced by U+FFFD.
    /// </summary>
    [Option("body", Example = "string")]
    public ParquetBody Body { get; init; }

    /// <summary>
    /// A row group is written when it has about so many bytes, which are held in memory until then. The open files of a process hold about 256 MiB
    /// together; with more of them, row groups are smaller.
    /// </summary>
    [Option("rowGroupBytes", Unit = "bytes"), Range(ParquetWriterOptions.FewestRowGroupBytes, 1 << 30)]
    public int RowGroupBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How the file is compressed: <c>snappy</c> (fast), <c>gzip</c> (smaller) or <c>uncompressed</c>.</summary>
    [Option("compression")]
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var names = new HashSet<string>(Headers == ParquetHeaders.None ? [EventColumns.Body] : [EventColumns.Body, EventColumns.Headers]);
        foreach (var text in Columns)
        {
            var (name, type) = EventColumns.Parse(text);
            if (type is null)
            {
                yield return new ValidationResult($"'{text}' names no type: string, long, int, double, boolean and timestamp are known", [nameof(Columns)]);
            }
            else if (name.Length == 0)
            {
                yield return new ValidationResult($"'{text}' names no header", [nameof(Columns)]);
            }
            else if (!names.Add(name))
            {
                yield return new ValidationResult($"there are two columns '{name}'; the columns of the body and of the map are called '{EventColumns.Body}' and '{EventColumns.Headers}'", [nameof(Columns)]);
            }
        }
    }
}
