namespace Flafka.Dataflow;

/// <summary>Declares a sink processor.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class SinkProcessorAttribute(string alias) : ComponentAttribute(ComponentKind.SinkProcessor, alias);
