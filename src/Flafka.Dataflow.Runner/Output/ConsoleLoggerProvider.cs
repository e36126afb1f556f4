using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Output;

/// <summary>Writes log messages as lines of text; a cause is named in the same line, a bug with all its frames.</summary>
/// <param name="output">Where to.</param>
/// <param name="time">Tells the time.</param>
/// <param name="withDetails">Also writes the category, and the frames of every cause.</param>
internal sealed class ConsoleLoggerProvider(ConsoleOutput output, TimeProvider time, bool withDetails) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, Exception? cause)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} {Word(level)} ");
        line += withDetails ? $"[{category}] {OneLine.Escape(message)}" : OneLine.Escape(message);
        if (cause is not null)
        {
            line += withDetails || level == LogLevel.Critical ? $"\n{cause}"
                : message.Contains(cause.Message, StringComparison.Ordinal) ? string.Empty
                : $" ({cause.GetType().Name}: {OneLine.Escape(cause.Message)})";
        }

        output.WriteLine(line);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO ",
        LogLevel.Warning => "WARN ",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };

    private sealed class Logger(ConsoleLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None; // the factory filters

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(logLevel, category, formatter(state, exception), exception);
    }
}
