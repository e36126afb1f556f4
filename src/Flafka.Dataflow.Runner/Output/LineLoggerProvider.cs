using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Output;

/// <summary>Makes a line of each log message.</summary>
internal abstract class LineLoggerProvider(ConsoleOutput output) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, output, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>The line.</summary>
    /// <param name="level">How important it is.</param>
    /// <param name="category">Who speaks.</param>
    /// <param name="id">The number of the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="state">Where the logger has them, the values in the message by their names.</param>
    /// <param name="cause">What it is about, if that is a failure.</param>
    protected abstract string Line(LogLevel level, string category, EventId id, string message, object? state, Exception? cause);

    /// <summary>A level's name.</summary>
    protected static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private sealed class Logger(LineLoggerProvider owner, ConsoleOutput output, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None; // the factory filters

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.WriteLine(owner.Line(logLevel, category, eventId, formatter(state, exception), state, exception));
    }
}
