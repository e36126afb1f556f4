using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Counts events and throws them away.</summary>
[Sink("null", JavaClass = "org.apache.flume.sink.NullSink")]
public sealed partial class NullSink(NullSinkOptions options, ILogger<NullSink> logger) : ISink
{
    private readonly ILogger _logger = logger;
    private long _total;
    private long _nextReport = options.ReportEvery;

    /// <inheritdoc/>
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        _total += events.Length;
        if (_total >= _nextReport)
        {
            Progress(_total);
            _nextReport = ((_total / options.ReportEvery) + 1) * options.ReportEvery;
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(EventIds.EventsDiscarded, LogLevel.Information, "Discarded {Events} events so far.")]
    private partial void Progress(long events);
}
