using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>What a deserializer read.</summary>
/// <param name="Events">The events, in order; empty at the end of the file.</param>
/// <param name="Position">
/// Where another instance has to begin once these events are delivered. A format that cannot begin anywhere names an earlier place; the
/// events from there on come again then.
/// </param>
public readonly record struct DeserializedEvents(ImmutableArray<FlumeEvent> Events, long Position);
