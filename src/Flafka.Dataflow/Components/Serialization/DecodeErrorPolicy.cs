namespace Flafka.Dataflow;

/// <summary>What becomes of bytes that are no text in the character set of a file.</summary>
public enum DecodeErrorPolicy
{
    /// <summary>Reading stops there with an error.</summary>
    Fail,

    /// <summary>U+FFFD takes their place.</summary>
    Replace,

    /// <summary>They are left out.</summary>
    Ignore,
}
