namespace Flafka.Dataflow;

/// <summary>Declares an http handler.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class HttpHandlerAttribute(string alias) : ComponentAttribute(ComponentKind.HttpHandler, alias);
