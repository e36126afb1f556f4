namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Knows the character sets of a file of lines: finds separators and turns the bytes of a line into bodies.</summary>
internal abstract class LineCodec
{
    /// <summary>What <see cref="Take"/> found.</summary>
    public enum Outcome
    {
        /// <summary>A body.</summary>
        Body,

        /// <summary>The line goes on behind the bytes at hand.</summary>
        NeedsMore,

        /// <summary>Nothing more in the file.</summary>
        Nothing,

        /// <summary>Bytes that are no text.</summary>
        Malformed,
    }

    /// <summary>Bytes of the separator.</summary>
    public abstract int NewlineBytes { get; }

    /// <summary>
    /// Whether a line shorter than the limit, within bytes for which <see cref="IsText"/> said yes, is its own body, so that it needs no <see cref="Take"/>.
    /// </summary>
    public abstract bool IsVerbatim { get; }

    /// <summary>Whether all these bytes are text that is written as it is read.</summary>
    public abstract bool IsText(ReadOnlySpan<byte> bytes);

    /// <summary>Where the first separator is; -1 when there is none.</summary>
    public abstract int IndexOfNewline(ReadOnlySpan<byte> bytes);

    /// <summary>Where the last separator is; -1 when there is none.</summary>
    public abstract int LastIndexOfNewline(ReadOnlySpan<byte> bytes);

    /// <summary>Takes the next body off a line: the whole line, or as many characters as are allowed.</summary>
    /// <param name="line">What is left of the line, without the separator.</param>
    /// <param name="end">What follows it.</param>
    /// <param name="maxChars">Most UTF-16 units of a body.</param>
    /// <param name="body">The body.</param>
    /// <param name="consumed">Bytes of the line that are in the body; for malformed bytes, where they are.</param>
    /// <param name="isCut">Whether the limit was reached: the line, and be it empty now, goes on.</param>
    public abstract Outcome Take(
        ReadOnlyMemory<byte> line, LineEnd end, int maxChars, out ReadOnlyMemory<byte> body, out int consumed, out bool isCut);
}
