namespace Flafka.Dataflow;

/// <summary>Declares a deserializer.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class DeserializerAttribute(string alias) : ComponentAttribute(ComponentKind.Deserializer, alias);
