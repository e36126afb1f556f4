using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Neighbouring events of the channel, in memory: put and not yet stored, or stored and not yet lent. Guarded by the log's lock.</summary>
internal sealed class FileBatch(ImmutableArray<FlumeEvent> events, long bodyBytes) : IStoredEvents
{
    public ImmutableArray<FlumeEvent> Events { get; } = events;

    public int Count { get; init; } = events.Length;

    public long BodyBytes { get; } = bodyBytes;

    public long First { get; set; }

    public long End => First + Count;

    /// <summary>The most bytes it may take in a segment.</summary>
    public long Size { get; init; }

    /// <summary>The share that settles when the batch is stored or, end to end, committed.</summary>
    public Receipt? Receipt { get; set; }

    public bool SettleWhenStored { get; init; }

    /// <summary>Where it is stored.</summary>
    public DataDirectory? Directory { get; set; }

    public Segment? Segment { get; set; }

    /// <summary>A place in the segment at or before its records.</summary>
    public long Offset { get; set; }

    public bool IsStored { get; set; }

    public Exception? Failure { get; set; }
}
