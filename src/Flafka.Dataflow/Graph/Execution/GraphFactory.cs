using System.Collections.Immutable;
using Flafka.Dataflow.Components.Channels;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>From a plan to a graph: the phases "build" and "link". Makes every object and joins them; nothing is started, opened or connected.</summary>
/// <param name="runtime">Clock and scheduler of the graph.</param>
/// <param name="loggers">Makes the loggers of its components.</param>
/// <param name="host">Offers services to components before the graph's own ones; may be <see langword="null"/>.</param>
internal sealed class GraphFactory(AgentRuntime runtime, ILoggerFactory loggers, IServiceProvider? host = null)
{
    /// <summary>The memory that each memory channel of a plan may fill when it does not say.</summary>
    public static MemoryBudget Budget(GraphPlan plan) =>
        MemoryBudget.For(plan.Nodes.OfType<ChannelNode>().Count(node => node.Channel.Descriptor.Implementation == typeof(MemoryChannel)));

    /// <summary>Builds the graph of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="diagnostics">Gets a finding for every component that cannot be built.</param>
    /// <returns><see langword="null"/> when there was one.</returns>
    public AgentGraph? Build(GraphPlan plan, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var factory = new ComponentFactory(plan, runtime, loggers, new GraphServices(runtime, loggers, Budget(plan), host), diagnostics);

        // All of them are tried, so that all findings come at once. Channels go first into the graph, because the others name them.
        var channels = plan.Nodes.OfType<ChannelNode>().Select(node => ChannelNodeBuilder.Build(node, factory)).ToArray();
        var others = plan.Nodes.Where(node => node is not ChannelNode).Select(node => node switch
        {
            IngressNode ingress => IngressNodeBuilder.Build(ingress, Targets(plan, ingress), factory),
            EgressNode egress => EgressNodeBuilder.Build(egress, egress.Sinks[0].Definition.Channels[0], factory),
            _ => throw new InvalidOperationException($"There is no builder for {node.GetType()}."),
        }).ToArray();
        return Link(plan, [.. channels, .. others]);
    }

    private AgentGraph? Link(GraphPlan plan, ReadOnlySpan<Action<AgentGraphBuilder>?> nodes)
    {
        if (nodes.Contains(null))
        {
            return null;
        }

        var graph = new AgentGraphBuilder(runtime, plan.Agent, loggers);
        foreach (var node in nodes)
        {
            node!(graph);
        }

        return graph.Build();
    }

    private static ImmutableArray<(string Channel, bool IsEndToEnd)> Targets(GraphPlan plan, IngressNode ingress)
    {
        var channels = plan.Nodes.OfType<ChannelNode>().ToDictionary(node => node.Id, node => node.Channel.Definition.Id.Name, StringComparer.Ordinal);
        return [.. plan.Edges.Where(edge => edge.From == ingress.Id).Select(edge => (channels[edge.To], edge.EndToEnd))];
    }
}
