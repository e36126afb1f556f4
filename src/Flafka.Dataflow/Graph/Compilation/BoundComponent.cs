namespace Flafka.Dataflow;

/// <summary>A component whose type was found and whose options were read.</summary>
/// <param name="Definition">Where it comes from.</param>
/// <param name="Descriptor">Its type.</param>
/// <param name="Options">The bound options.</param>
/// <param name="Fingerprint">Changes when the type or any option as written changes.</param>
public sealed record BoundComponent(ComponentDefinition Definition, ComponentDescriptor Descriptor, object Options, string Fingerprint);
