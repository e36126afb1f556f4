namespace Flafka.Dataflow;

/// <summary>The file that a deserializer reads.</summary>
/// <param name="File">The open file.</param>
/// <param name="Length">Its length when it was opened; nothing behind is read.</param>
/// <param name="Headers">The headers of every event; shared by all of them.</param>
public sealed record DeserializerInput(IStorageFile File, long Length, EventHeaders Headers)
{
    /// <summary>Name of the character set of text, as Java spells it.</summary>
    public string Charset { get; init; } = "UTF-8";

    /// <summary>What becomes of bytes that are no text in this character set.</summary>
    public DecodeErrorPolicy DecodeErrors { get; init; } = DecodeErrorPolicy.Fail;
}
