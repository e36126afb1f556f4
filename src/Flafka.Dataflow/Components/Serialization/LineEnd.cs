namespace Flafka.Dataflow.Components.Serialization;

/// <summary>What follows the bytes of a line that are at hand.</summary>
internal enum LineEnd
{
    /// <summary>More bytes, not read yet.</summary>
    Open,

    /// <summary>The separator.</summary>
    Newline,

    /// <summary>The end of the file.</summary>
    EndOfFile,
}
