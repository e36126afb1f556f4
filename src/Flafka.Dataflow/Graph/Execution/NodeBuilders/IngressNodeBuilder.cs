using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Makes the objects of a source, its interceptors and its selector.</summary>
internal static class IngressNodeBuilder
{
    /// <param name="node">The source.</param>
    /// <param name="channels">Its channels in the order of its list; a selector knows them by their place.</param>
    /// <param name="factory">Makes the objects.</param>
    /// <returns>Puts the node into a graph; <see langword="null"/> when it cannot be built.</returns>
    public static Action<AgentGraphBuilder>? Build(IngressNode node, ImmutableArray<(string Channel, bool IsEndToEnd)> channels, ComponentFactory factory)
    {
        var source = factory.Create<ISource>(node.Source);
        var interceptors = node.Interceptors.Select(factory.Create<IInterceptor>).OfType<IInterceptor>().ToImmutableArray();
        var selector = factory.Create<IChannelSelector>(node.Selector);
        return source is null || selector is null || interceptors.Length < node.Interceptors.Length
            ? null
            : graph => graph.AddSource(node.Source.Definition.Id.Name, source, interceptors, selector, channels);
    }
}
