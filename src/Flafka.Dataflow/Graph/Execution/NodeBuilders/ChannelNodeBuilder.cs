namespace Flafka.Dataflow;

/// <summary>Makes the object of a channel.</summary>
internal static class ChannelNodeBuilder
{
    /// <returns>Puts the node into a graph; <see langword="null"/> when it cannot be built.</returns>
    public static Action<AgentGraphBuilder>? Build(ChannelNode node, ComponentFactory factory) =>
        factory.Create<IChannel>(node.Channel) is { } channel
            ? graph => graph.AddChannel(node.Channel.Definition.Id.Name, channel, node.Channel.Descriptor.IsDurable)
            : null;
}
