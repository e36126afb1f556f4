namespace Flafka.Dataflow.Runner.Output;

/// <summary>The form of log messages.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
