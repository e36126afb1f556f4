using Flafka.Dataflow.Runner.Output;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>What to run, and how.</summary>
/// <param name="File">The configuration.</param>
/// <param name="Agent">The agent; may be <see langword="null"/> when the file has one.</param>
/// <param name="Settings">How the configuration is read.</param>
/// <param name="DrainTime">How long a stop may take to deliver what is inside.</param>
internal sealed record RunRequest(string File, string? Agent, ConfigurationSettings Settings, TimeSpan DrainTime)
{
    /// <summary>Stop when idle for so long; <see langword="null"/>: only by a signal.</summary>
    public TimeSpan? UntilIdle { get; init; }

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The form of log messages.</summary>
    public LogFormat LogFormat { get; init; }
}
