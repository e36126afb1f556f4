using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Options of the <c>LINE</c> deserializer.</summary>
public sealed class LineDeserializerOptions : IValidatableObject
{
    /// <summary>
    /// Most characters (UTF-16 units) of a line. A longer line becomes several events; nothing is dropped. A line of exactly this length is
    /// followed by an empty event.
    /// </summary>
    [Option("maxLineLength", Unit = "characters"), Range(1, int.MaxValue)]
    public int MaxLineLength { get; init; } = 2048;

    /// <summary>Character set of the event bodies.</summary>
    [Option("outputCharset")]
    public string OutputCharset { get; init; } = "UTF-8";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!JavaCharset.TryGet(OutputCharset, DecodeErrorPolicy.Fail, out _))
        {
            yield return new ValidationResult(
                $"the character set '{OutputCharset}' is not known; UTF-8, UTF-16, ISO-8859-1 and windows-1252 are examples of known ones",
                [nameof(OutputCharset)]);
        }
    }
}
