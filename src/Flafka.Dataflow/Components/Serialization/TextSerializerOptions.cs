namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Options of the <c>TEXT</c> and <c>HEADER_AND_TEXT</c> serializers.</summary>
public sealed class TextSerializerOptions
{
    /// <summary>Whether a line feed (one byte, on every system) follows each event. Bodies are written as they are, line feeds within included.</summary>
    [Option("appendNewline")]
    public bool AppendNewline { get; init; } = true;
}
