using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow;

/// <summary>Options of a component made in code whose batches have a size.</summary>
internal sealed class BatchOptions : IBatchSized
{
    public const int Default = 100;

    /// <summary>Most events in one batch.</summary>
    [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = Default;
}
