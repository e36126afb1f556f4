namespace Flafka.Dataflow;

/// <summary>A channel in a running graph, with its counters.</summary>
internal sealed class ChannelHost(string name, IChannel channel, ComponentCounters counters, ComponentHealth health)
{
    public string Name { get; } = name;

    public IChannel Channel { get; } = channel;

    public ComponentCounters Counters { get; } = counters;

    public ComponentHealth Health { get; } = health;
}
