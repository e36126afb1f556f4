using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>One listed component.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="TypeName">Alias or class name as written.</param>
/// <param name="Node">Its part of the tree.</param>
/// <param name="Channels">The channels it names, in order: a source's, or a sink's one; for a sink group its sinks.</param>
public sealed record ComponentDefinition(ComponentId Id, string TypeName, ConfigNode Node, ImmutableArray<string> Channels);
