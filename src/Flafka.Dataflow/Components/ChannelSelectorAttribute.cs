namespace Flafka.Dataflow;

/// <summary>Declares a channel selector.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class ChannelSelectorAttribute(string alias) : ComponentAttribute(ComponentKind.ChannelSelector, alias);
