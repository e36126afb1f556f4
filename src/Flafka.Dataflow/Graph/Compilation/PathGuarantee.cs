namespace Flafka.Dataflow;

/// <summary>What one path from a source to a sink promises.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Channel">Name of the channel.</param>
/// <param name="Sink">Name of the sink.</param>
/// <param name="Level">For comparing paths.</param>
/// <param name="Text">For people: process crash and power cut.</param>
public sealed record PathGuarantee(string Source, string Channel, string Sink, GuaranteeLevel Level, string Text)
{
    /// <summary>The path, for example <c>r1 -> c1 -> k1</c>.</summary>
    public string Path => $"{Source} -> {Channel} -> {Sink}";
}
