using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>Options of the <c>null</c> sink.</summary>
public sealed class NullSinkOptions : IBatchSized, ICommitPoint
{
    /// <summary>Most events taken at a time.</summary>
    [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 100;

    /// <summary>How many discarded events between two progress messages.</summary>
    [Option("logEveryNEvents", Unit = "events"), Range(1, int.MaxValue)]
    public int ReportEvery { get; init; } = 10_000;

    /// <inheritdoc/>
    public CommitPoint CommitPoint => CommitPoint.Nowhere;
}
