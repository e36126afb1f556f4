namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The levels of <c>--log-level</c>.</summary>
internal enum LogWord
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}
