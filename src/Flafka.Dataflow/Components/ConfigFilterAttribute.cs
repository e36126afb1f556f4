namespace Flafka.Dataflow;

/// <summary>Declares a config filter.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class ConfigFilterAttribute(string alias) : ComponentAttribute(ComponentKind.ConfigFilter, alias);
