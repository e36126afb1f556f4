using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>What a configuration says an agent consists of, before any option is read.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Components">Its listed components, in the order of their lists.</param>
public sealed record AgentDefinition(string Name, ImmutableArray<ComponentDefinition> Components);
