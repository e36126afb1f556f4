namespace Flafka.Dataflow;

/// <summary>Declares a channel.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class ChannelAttribute(string alias) : ComponentAttribute(ComponentKind.Channel, alias);
