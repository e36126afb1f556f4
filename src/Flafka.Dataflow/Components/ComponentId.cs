namespace Flafka.Dataflow;

/// <summary>Names one component of a configuration.</summary>
/// <param name="Agent">The agent it belongs to.</param>
/// <param name="Kind">Its family.</param>
/// <param name="Name">Its name; for an interceptor <c>source.interceptor</c>.</param>
public readonly record struct ComponentId(string Agent, ComponentKind Kind, string Name)
{
    /// <summary>Flume's spelling, for example <c>a1.sinks.k1</c>.</summary>
    public override string ToString() => Kind switch
    {
        ComponentKind.Source => $"{Agent}.sources.{Name}",
        ComponentKind.Channel => $"{Agent}.channels.{Name}",
        ComponentKind.Sink => $"{Agent}.sinks.{Name}",
        ComponentKind.SinkProcessor => $"{Agent}.sinkgroups.{Name}",
        ComponentKind.Interceptor => $"{Agent}.sources.{Name.Replace(".", ".interceptors.", StringComparison.Ordinal)}",
        _ => $"{Agent}.{Name}",
    };
}
