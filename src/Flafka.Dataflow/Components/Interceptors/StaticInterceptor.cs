using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Sets one header to a fixed value.</summary>
[Interceptor("static", JavaClass = "org.apache.flume.interceptor.StaticInterceptor$Builder")]
public sealed class StaticInterceptor : IInterceptor
{
    private readonly HeaderRewriter _headers;

    /// <summary>An interceptor for one header.</summary>
    public StaticInterceptor(StaticInterceptorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _headers = new HeaderRewriter(
            headers => options.PreserveExisting && headers.Contains(options.Key) ? headers : headers.Set(options.Key, options.Value));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
        new(_headers.Apply(events));
}
