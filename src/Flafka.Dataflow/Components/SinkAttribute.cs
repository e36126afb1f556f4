namespace Flafka.Dataflow;

/// <summary>Declares a sink.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class SinkAttribute(string alias) : ComponentAttribute(ComponentKind.Sink, alias);
