using System.Collections.Immutable;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>Sources, channels and sinks that are joined to each other, and to nothing else.</summary>
/// <param name="Name">For people, for example <c>r1 -> c1 -> k1, k2</c>.</param>
/// <param name="Sources">Its sources.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Sinks">Its sinks.</param>
internal sealed record Flow(string Name, ImmutableHashSet<string> Sources, ImmutableHashSet<string> Channels, ImmutableHashSet<string> Sinks)
{
    /// <summary>The flows of a plan, in its order.</summary>
    public static ImmutableArray<Flow> Of(GraphPlan plan)
    {
        var flows = ImmutableArray.CreateBuilder<Flow>();
        var open = plan.Nodes.ToList();
        while (open.Count > 0)
        {
            var members = new HashSet<string>(StringComparer.Ordinal) { open[0].Id };
            while (plan.Edges.Any(edge => members.Contains(edge.From) != members.Contains(edge.To) && members.Add(edge.From) | members.Add(edge.To)))
            {
                // Grows until no edge leads out of it.
            }

            flows.Add(Of(open.FindAll(node => members.Contains(node.Id))));
            open.RemoveAll(node => members.Contains(node.Id));
        }

        return flows.DrainToImmutable();
    }

    /// <summary>What went through it so far.</summary>
    public FlowFigures Figures(AgentGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new FlowFigures(
            graph.Counters.Where(counters => Has(counters.Id, ComponentKind.Source)).Sum(counters => counters[FlumeCounter.EventReceivedCount]),
            graph.Channels.Where(channel => Channels.Contains(channel.Name)).Sum(channel => channel.Statistics.Events),
            graph.Counters.Where(counters => Has(counters.Id, ComponentKind.Sink)).Sum(counters => counters[FlumeCounter.EventDrainSuccessCount]),
            graph.Channels.Where(channel => Channels.Contains(channel.Name)).Max(channel => channel.Statistics.OldestEventAge));
    }

    /// <summary>What is or was wrong in it, what is wrong now first; <see langword="null"/> when nothing ever was.</summary>
    public string? LastProblem(AgentGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var own = graph.Health.Where(health => Has(health.Id, health.Id.Kind)).ToArray();
        return own.Where(health => health.Problem is not null).Select(health => $"{health.Id}: {health.Problem}").FirstOrDefault()
            ?? own.Where(health => health.LastProblem is not null).Select(health => $"{health.Id}: {health.LastProblem} (over)").FirstOrDefault();
    }

    private static Flow Of(List<PlanNode> nodes)
    {
        string[] sources = [.. nodes.OfType<IngressNode>().Select(node => node.Source.Definition.Id.Name)];
        string[] channels = [.. nodes.OfType<ChannelNode>().Select(node => node.Channel.Definition.Id.Name)];
        string[] sinks = [.. nodes.OfType<EgressNode>().SelectMany(node => node.Sinks).Select(sink => sink.Definition.Id.Name)];
        var name = string.Join(" -> ", new[] { sources, channels, sinks }.Where(names => names.Length > 0).Select(names => string.Join(", ", names)));
        return new Flow(name, [.. sources], [.. channels], [.. sinks]);
    }

    private bool Has(ComponentId id, ComponentKind kind) => id.Kind == kind && kind switch
    {
        ComponentKind.Source => Sources.Contains(id.Name),
        ComponentKind.Channel => Channels.Contains(id.Name),
        ComponentKind.Sink => Sinks.Contains(id.Name),
        _ => false,
    };
}
