namespace Flafka.Dataflow;

/// <summary>Declares an interceptor.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class InterceptorAttribute(string alias) : ComponentAttribute(ComponentKind.Interceptor, alias);
