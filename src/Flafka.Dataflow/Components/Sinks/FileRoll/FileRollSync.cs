namespace Flafka.Dataflow.Components.Sinks;

/// <summary>When the <c>file_roll</c> sink makes its bytes survive a power cut.</summary>
public enum FileRollSync
{
    /// <summary>Never: bytes are with the operating system when they are committed.</summary>
    None,

    /// <summary>Before each commit.</summary>
    Commit,
}
