using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.TestKit;

/// <summary>Keeps what is logged, in order. Thread-safe.</summary>
public sealed class RecordingLoggers : ILoggerFactory
{
    private readonly Lock _sync = new();
    private readonly List<(LogLevel Level, EventId Id, string Text)> _entries = [];

    /// <summary>Thrown by every call while it is set: a log that is broken.</summary>
    public Exception? Failure { get; set; }

    public IReadOnlyList<(LogLevel Level, EventId Id, string Text)> Entries
    {
        get
        {
            lock (_sync)
            {
                return [.. _entries];
            }
        }
    }

    public IEnumerable<string> Texts => Entries.Select(entry => entry.Text);

    public ILogger<T> For<T>() => new Logger<T>(this);

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Recorder(RecordingLoggers owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (owner.Failure is { } failure)
            {
                throw failure;
            }

            lock (owner._sync)
            {
                owner._entries.Add((logLevel, eventId, formatter(state, exception)));
            }
        }
    }
}
