namespace Flafka.Dataflow;

/// <summary>Names one component of a configuration.</summary>
/// <param name="Agent">The agent it belongs to.</param>
/// <param name="Kind">Its family.</param>
/// <param name="Name">Its name; for an interceptor <c>source.interceptor</c>, for a selector its source, for a sink processor its group.</param>
public readonly record struct ComponentId(string Agent, ComponentKind Kind, string Name)
{
    /// <summary>Flume's spelling, for example <c>a1.sinks.k1</c>.</summary>
    public override string ToString() => Kind switch
    {
        ComponentKind.Source => $"{Agent}.sources.{Name}",
        ComponentKind.Channel => $"{Agent}.channels.{Name}",
        ComponentKind.Sink => $"{Agent}.sinks.{Name}",
        ComponentKind.SinkProcessor => $"{Agent}.sinkgroups.{Name}",
        ComponentKind.Interceptor when Name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 =>
            $"{Agent}.sources.{Name[..dot]}.interceptors.{Name[(dot + 1)..]}",
        ComponentKind.ChannelSelector => $"{Agent}.sources.{Name}.selector",
        ComponentKind.ConfigFilter => $"{Agent}.configfilters.{Name}",
        _ => $"{Agent}.{Name}",
    };
}
