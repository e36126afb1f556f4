namespace Flafka.Dataflow.Components.Channels;

/// <summary>Bytes of a segment that are no sound record.</summary>
internal sealed record SegmentDamage(Segment Segment, long From, long To)
{
    /// <summary>Events that nobody can read any more and no sink has committed.</summary>
    public SequenceSet Missing { get; } = new();

    /// <summary>Whether some of them may be another directory's.</summary>
    public bool IsEstimate { get; set; }

    /// <summary>How many events are missing, in words.</summary>
    public string Events => Words(Missing.Count, IsEstimate);

    public static string Words(long missing, bool isEstimate) => $"{(isEstimate && missing > 0 ? "at most " : string.Empty)}{missing} events";
}
