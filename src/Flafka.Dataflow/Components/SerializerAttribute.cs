namespace Flafka.Dataflow;

/// <summary>Declares a serializer.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class SerializerAttribute(string alias) : ComponentAttribute(ComponentKind.Serializer, alias);
