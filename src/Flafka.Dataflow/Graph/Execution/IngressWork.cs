namespace Flafka.Dataflow;

/// <summary>A batch on its way from a source to its channels.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Mode">How long a full channel is waited for.</param>
/// <param name="Epoch">Counts the rejections that the source has taken note of; -1 for batches with a waiting client, which stand alone.</param>
internal readonly record struct IngressWork(EventBatch Batch, PutMode Mode, int Epoch);
