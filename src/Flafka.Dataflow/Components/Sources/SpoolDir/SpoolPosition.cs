namespace Flafka.Dataflow.Components.Sources;

/// <summary>The place behind a batch.</summary>
/// <param name="File">The file; <see langword="null"/> before the first batch.</param>
/// <param name="Offset">Bytes from its beginning.</param>
/// <param name="Batch">Number of the batch, over all files in reading order.</param>
internal sealed record SpoolPosition(SpoolFile? File, long Offset, long Batch)
{
    public static SpoolPosition Start { get; } = new(null, 0, 0);
}
