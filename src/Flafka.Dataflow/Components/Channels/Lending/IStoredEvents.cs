using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Neighbouring events inside a channel.</summary>
internal interface IStoredEvents
{
    ImmutableArray<FlumeEvent> Events { get; }

    /// <summary>Bytes of all bodies.</summary>
    long BodyBytes { get; }

    /// <summary>The number of the first event within its channel.</summary>
    long First { get; }
}
