using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>What a configuration says an agent consists of, before any option is read.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Components">Its listed components, in the order of their lists.</param>
public sealed record AgentDefinition(string Name, ImmutableArray<ComponentDefinition> Components);

/// <summary>One listed component.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="TypeName">Alias or class name as written.</param>
/// <param name="Node">Its part of the tree.</param>
/// <param name="Channels">The channels it names, in order: a source's, or a sink's one; for a sink group its sinks.</param>
public sealed record ComponentDefinition(ComponentId Id, string TypeName, ConfigNode Node, ImmutableArray<string> Channels);

/// <summary>A component whose type was found and whose options were read.</summary>
/// <param name="Definition">Where it comes from.</param>
/// <param name="Descriptor">Its type.</param>
/// <param name="Options">The bound options.</param>
/// <param name="Fingerprint">Changes when the type or any option as written changes.</param>
public sealed record BoundComponent(ComponentDefinition Definition, ComponentDescriptor Descriptor, object Options, string Fingerprint);

/// <summary>How two nodes of a plan are joined.</summary>
public enum EdgeKind
{
    /// <summary>Source to a channel that must take the events.</summary>
    Required,

    /// <summary>Source to a channel that may miss events.</summary>
    Optional,

    /// <summary>Channel to sink.</summary>
    Lease,
}

/// <summary>A join of two nodes.</summary>
/// <param name="From">Id of the upstream node.</param>
/// <param name="To">Id of the downstream node.</param>
/// <param name="Kind">How.</param>
/// <param name="EndToEnd">Source to channel: the source is told "delivered" only when a sink has committed.</param>
public sealed record PlanEdge(string From, string To, EdgeKind Kind, bool EndToEnd = false);

/// <summary>A part of the graph that is built, started and stopped as one.</summary>
/// <param name="Id">Its name in the plan, for example <c>source:r1</c>.</param>
/// <param name="Fingerprint">Changes when anything in it changes.</param>
public abstract record PlanNode(string Id, string Fingerprint);

/// <summary>A source with its interceptors and selector.</summary>
public sealed record IngressNode(string Id, string Fingerprint, BoundComponent Source, ImmutableArray<BoundComponent> Interceptors, BoundComponent Selector)
    : PlanNode(Id, Fingerprint);

/// <summary>A channel.</summary>
public sealed record ChannelNode(string Id, string Fingerprint, BoundComponent Channel) : PlanNode(Id, Fingerprint);

/// <summary>A sink, or a group of sinks with its processor.</summary>
/// <param name="Id">Its name in the plan.</param>
/// <param name="Fingerprint">Changes when anything in it changes.</param>
/// <param name="Processor">The policy of a group; <see langword="null"/> for a single sink.</param>
/// <param name="Sinks">One sink, or those of the group in order.</param>
/// <param name="MaxEvents">Events per lease.</param>
/// <param name="Window">Leases under way.</param>
public sealed record EgressNode(string Id, string Fingerprint, BoundComponent? Processor, ImmutableArray<BoundComponent> Sinks, int MaxEvents, int Window)
    : PlanNode(Id, Fingerprint);

/// <summary>The compiled, immutable form of an agent: what will be built, before anything is built.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Nodes">Sources, then channels, then sinks.</param>
/// <param name="Edges">In the order of the configuration; a source's channels keep their order.</param>
public sealed record GraphPlan(string Agent, ImmutableArray<PlanNode> Nodes, ImmutableArray<PlanEdge> Edges);
