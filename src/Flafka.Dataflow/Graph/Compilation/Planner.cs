using System.Collections.Immutable;
using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>Last pure phase: nodes and edges of an agent without mistakes. Cannot fail.</summary>
internal static class Planner
{
    /// <summary>Events per lease of a sink that does not say.</summary>
    private const int DefaultBatch = 100;

    public static GraphPlan Plan(BoundAgent agent)
    {
        var nodes = ImmutableArray.CreateBuilder<PlanNode>();
        var edges = ImmutableArray.CreateBuilder<PlanEdge>();
        foreach (var source in agent.Sources)
        {
            nodes.Add(Ingress(source));
            edges.AddRange(Edges(agent, source));
        }

        // Flume: a channel that nobody uses is removed, with a warning.
        var used = agent.Definition.Components.Where(IsEnd).SelectMany(component => component.Channels).ToHashSet(StringComparer.Ordinal);
        nodes.AddRange(
            from channel in agent.Channels
            let name = channel.Definition.Id.Name
            where used.Contains(name)
            select new ChannelNode(ChannelId(name), channel.Fingerprint, channel));
        foreach (var egress in Egresses(agent))
        {
            nodes.Add(egress);
            edges.Add(new PlanEdge(ChannelId(egress.Sinks[0].Definition.Channels[0]), egress.Id, EdgeKind.Lease));
        }

        return new GraphPlan(agent.Definition.Name, nodes.ToImmutable(), edges.ToImmutable());
    }

    /// <summary>Events per batch of a source or sink.</summary>
    public static int BatchSize(BoundComponent component) => component.Options is IBatchSized sized ? Math.Max(1, sized.BatchSize) : DefaultBatch;

    private static bool IsEnd(ComponentDefinition component) => component.Id.Kind is ComponentKind.Source or ComponentKind.Sink;

    private static string ChannelId(string name) => $"channel:{name}";

    private static IngressNode Ingress(BoundSource source)
    {
        var parts = source.Interceptors.SelectMany(interceptor => new[] { interceptor.Definition.Id.Name, interceptor.Fingerprint });
        return new IngressNode(
            $"source:{source.Source.Definition.Id.Name}", PlanFingerprint.Of([source.Source.Fingerprint, source.Selector!.Fingerprint, .. parts]),
            source.Source, source.Interceptors, source.Selector);
    }

    // Every listed channel has an edge, also one that the selector never chooses: a selector numbers channels by their place in the list.
    private static IEnumerable<PlanEdge> Edges(BoundAgent agent, BoundSource source)
    {
        var routes = source.Selector!.Options as IRoutes;
        var required = routes?.RequiredChannels.Select(route => route.Channel).ToHashSet(StringComparer.Ordinal) ?? [];
        var optional = routes?.OptionalChannels.Select(route => route.Channel).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var name in source.Source.Definition.Channels)
        {
            var isOptional = optional.Contains(name) && !required.Contains(name);
            yield return new PlanEdge(
                $"source:{source.Source.Definition.Id.Name}", ChannelId(name), isOptional ? EdgeKind.Optional : EdgeKind.Required,
                EndToEnd: !isOptional && IsEndToEnd(source.Source, agent.Channel(name)!));
        }
    }

    private static bool IsEndToEnd(BoundComponent source, BoundComponent channel) => (channel.Options as IAcknowledging)?.Acknowledge switch
    {
        AcknowledgeMode.EndToEnd => true,
        AcknowledgeMode.Auto => !channel.Descriptor.IsDurable && source.Descriptor.CanReadAgain,

        // A channel without the key is not known to obey the mode, so no plan may rely on it.
        _ => false,
    };

    private static IEnumerable<EgressNode> Egresses(BoundAgent agent)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in agent.Groups)
        {
            done.UnionWith(group.Definition.Channels);
            yield return Egress(agent, $"group:{group.Definition.Id.Name}", group, [.. group.Definition.Channels.Select(name => agent.Sink(name)!)]);
        }

        foreach (var sink in agent.Sinks.Where(sink => !done.Contains(sink.Definition.Id.Name)))
        {
            yield return Egress(agent, $"sink:{sink.Definition.Id.Name}", null, [sink]);
        }
    }

    private static EgressNode Egress(BoundAgent agent, string id, BoundComponent? processor, ImmutableArray<BoundComponent> sinks)
    {
        // A lease may go to any sink of the group, so the smallest batch counts.
        var events = sinks.Min(BatchSize);
        if (agent.Channel(sinks[0].Definition.Channels[0])!.Options is ITransactionLimited limited)
        {
            events = Math.Min(events, Math.Max(1, limited.TransactionCapacity));
        }

        const int Window = 1;
        var parts = sinks.SelectMany(sink => new[] { sink.Definition.Id.Name, sink.Fingerprint });
        var fingerprint = PlanFingerprint.Of([processor?.Fingerprint ?? string.Empty, events.ToString(CultureInfo.InvariantCulture), .. parts]);
        return new EgressNode(id, fingerprint, processor, sinks, events, Window);
    }
}
