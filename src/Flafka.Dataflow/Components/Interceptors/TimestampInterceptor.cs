using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Sets a header to the present time, in milliseconds since 1970 (UTC).</summary>
[Interceptor("timestamp", JavaClass = "org.apache.flume.interceptor.TimestampInterceptor$Builder")]
public sealed class TimestampInterceptor : IInterceptor
{
    private readonly TimeProvider _time;
    private readonly HeaderRewriter _headers;
    private long _now;

    /// <summary>An interceptor that asks the graph's clock.</summary>
    public TimestampInterceptor(TimestampInterceptorOptions options, AgentRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(runtime);
        _time = runtime.Time;
        _headers = new HeaderRewriter(
            headers => options.PreserveExisting && headers.Contains(options.HeaderName) ? headers : headers.Set(options.HeaderName, _now));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        // Flume: asks the clock for each event. The events of a batch come at one moment here, and so share their headers.
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now != _now)
        {
            _now = now;
            _headers.Forget();
        }

        return new ValueTask<ImmutableArray<FlumeEvent>>(_headers.Apply(events));
    }
}
