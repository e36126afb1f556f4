namespace Flafka.Dataflow;

/// <summary>Declares a source.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class SourceAttribute(string alias) : ComponentAttribute(ComponentKind.Source, alias);
