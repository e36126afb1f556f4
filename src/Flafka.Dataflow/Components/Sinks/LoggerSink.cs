using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Writes the headers and the first bytes of every event into the log. For trying things out.</summary>
[Sink("logger", JavaClass = "org.apache.flume.sink.LoggerSink")]
public sealed partial class LoggerSink(LoggerSinkOptions options, ILogger<LoggerSink> logger) : ISink
{
    private const int BytesPerLine = 16;

    private readonly ILogger _logger = logger;
    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            foreach (var flumeEvent in events)
            {
                Logged(Describe(flumeEvent));
            }
        }

        return Task.CompletedTask;
    }

    private string Describe(FlumeEvent flumeEvent)
    {
        _text.Clear().Append("{ headers:");
        HeaderText.Append(_text, flumeEvent.Headers);
        _text.Append(" body:");

        // Flume: an agent always shows 16 bytes, whatever the key says; at 0 bytes its dump shows the text of an exception.
        var body = flumeEvent.Body.Span[..Math.Min(flumeEvent.Body.Length, options.MaxBytesToLog)];
        for (var offset = 0; offset < body.Length; offset += BytesPerLine)
        {
            if (offset > 0)
            {
                _text.AppendLine().Append(CultureInfo.InvariantCulture, $"{offset:X8}");
            }

            DumpLine(body.Slice(offset, Math.Min(BytesPerLine, body.Length - offset)));
        }

        return _text.Append(" }").ToString();
    }

    private void DumpLine(ReadOnlySpan<byte> line)
    {
        _text.Append(' ');
        foreach (var value in line)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{value:X2} ");
        }

        _text.Append(' ', (BytesPerLine - line.Length) * 3);
        foreach (var value in line)
        {
            _text.Append(value is >= 0x20 and <= 0x7E ? (char)value : '.');
        }
    }

    [LoggerMessage(EventIds.EventLogged, LogLevel.Information, "Event: {Event}", SkipEnabledCheck = true)]
    private partial void Logged(string @event);
}
