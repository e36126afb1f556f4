using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Output;

/// <summary>Writes log messages as JSON objects, one a line: time, level, id, message, the values in it, category, and the cause.</summary>
/// <param name="output">Where to.</param>
/// <param name="time">Tells the time.</param>
internal sealed class JsonLoggerProvider(ConsoleOutput output, TimeProvider time) : LineLoggerProvider(output)
{
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    protected override string Line(LogLevel level, string category, EventId id, string message, object? state, Exception? cause)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("level", Word(level));
            writer.WriteNumber("id", id.Id);
            writer.WriteString("message", message);
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                WriteValues(writer, values);
            }

            writer.WriteString("category", category);
            if (cause is not null)
            {
                writer.WriteString("error", cause.Message);
                writer.WriteString("cause", cause.ToString());
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteValues(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> values)
    {
        var isOpen = false;
        foreach (var (name, value) in values)
        {
            if (name == Template)
            {
                continue;
            }

            if (!isOpen)
            {
                writer.WriteStartObject("values");
                isOpen = true;
            }

            switch (value)
            {
                case int or long or short or byte:
                    writer.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case bool yes:
                    writer.WriteBoolean(name, yes);
                    break;
                default:
                    writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        if (isOpen)
        {
            writer.WriteEndObject();
        }
    }
}
