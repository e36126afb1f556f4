using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Output;

/// <summary>Writes log messages as lines of text; a cause is named in the same line, a bug with all its frames.</summary>
/// <param name="output">Where to.</param>
/// <param name="time">Tells the time.</param>
/// <param name="withDetails">Also writes the category, and the frames of every cause.</param>
internal sealed class ConsoleLoggerProvider(ConsoleOutput output, TimeProvider time, bool withDetails) : LineLoggerProvider(output)
{
    /// <inheritdoc/>
    protected override string Line(LogLevel level, string category, EventId id, string message, object? state, Exception? cause)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} {Word(level).ToUpperInvariant(),-5} ");
        line += withDetails ? $"[{category}] {OneLine.Escape(message)}" : OneLine.Escape(message);
        if (cause is not null)
        {
            line += withDetails || level == LogLevel.Critical ? $"\n{cause}"
                : message.Contains(cause.Message, StringComparison.Ordinal) ? string.Empty
                : $" ({cause.GetType().Name}: {OneLine.Escape(cause.Message)})";
        }

        return line;
    }
}
