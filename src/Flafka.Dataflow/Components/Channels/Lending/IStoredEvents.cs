using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Neighbouring events inside a channel.</summary>
internal interface IStoredEvents
{
    /// <summary>The events; none when they are on disk only.</summary>
    ImmutableArray<FlumeEvent> Events { get; }

    int Count { get; }

    /// <summary>Bytes of all bodies.</summary>
    long BodyBytes { get; }

    /// <summary>The number of the first event within its channel.</summary>
    long First { get; }
}
