using System.Collections.Immutable;
using Flafka.Dataflow.Components.SinkProcessors;

namespace Flafka.Dataflow;

/// <summary>Makes the objects of a sink, or of a group of sinks and its processor.</summary>
internal static class EgressNodeBuilder
{
    /// <param name="node">The sink or group.</param>
    /// <param name="channel">The channel that lends to it.</param>
    /// <param name="factory">Makes the objects.</param>
    /// <returns>Puts the node into a graph; <see langword="null"/> when it cannot be built.</returns>
    public static Action<AgentGraphBuilder>? Build(EgressNode node, string channel, ComponentFactory factory)
    {
        var processor = node.Processor is null ? new DefaultSinkProcessor() : factory.Create<ISinkProcessor>(node.Processor);
        var sinks = ImmutableArray.CreateBuilder<(string Name, Func<IComponent> Create, bool IsExclusive)>(node.Sinks.Length);
        foreach (var sink in node.Sinks)
        {
            if (First(sink, factory) is { } first)
            {
                var isExclusive = sink.Options is IExclusiveResources exclusive && exclusive.Resources.Any();
                sinks.Add((sink.Definition.Id.Name, factory.Recreate(sink, first), isExclusive));
            }
        }

        return processor is null || sinks.Count < node.Sinks.Length
            ? null
            : graph => graph.AddEgress(channel, processor, sinks.ToImmutable(), node.MaxEvents, node.Window);
    }

    private static IComponent? First(BoundComponent sink, ComponentFactory factory) =>
        typeof(IHoldingSink).IsAssignableFrom(sink.Descriptor.Implementation) ? factory.Create<IHoldingSink>(sink) : factory.Create<ISink>(sink);
}
