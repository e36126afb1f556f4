using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The compiled, immutable form of an agent: what will be built, before anything is built.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Nodes">Sources, then channels, then sinks.</param>
/// <param name="Edges">In the order of the configuration; a source's channels keep their order.</param>
public sealed record GraphPlan(string Agent, ImmutableArray<PlanNode> Nodes, ImmutableArray<PlanEdge> Edges);
