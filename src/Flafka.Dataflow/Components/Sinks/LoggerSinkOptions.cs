using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Options of the <c>logger</c> sink.</summary>
public sealed class LoggerSinkOptions : ICommitPoint
{
    /// <summary>How many bytes of a body are shown. More than 16 make several lines.</summary>
    [Option("maxBytesToLog", Unit = "bytes"), Range(0, int.MaxValue)]
    public int MaxBytesToLog { get; init; } = 16;

    /// <inheritdoc/>
    public CommitPoint CommitPoint => CommitPoint.Nowhere;
}
