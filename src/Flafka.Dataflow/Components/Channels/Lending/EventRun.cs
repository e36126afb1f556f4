namespace Flafka.Dataflow.Components.Channels;

/// <summary>Some neighbouring events of a stored batch.</summary>
internal readonly record struct EventRun<TBatch>(TBatch Batch, int Start, int Count)
    where TBatch : class, IStoredEvents
{
    public long First => Batch.First + Start;

    public long End => First + Count;

    public bool IsWhole => Count == Batch.Events.Length;

    public ReadOnlySpan<FlumeEvent> Events => Batch.Events.AsSpan().Slice(Start, Count);

    public long BodyBytes => IsWhole ? Batch.BodyBytes : EventBodies.Size(Events);

    /// <summary>A part of the run.</summary>
    /// <param name="start">Its place in the run.</param>
    /// <param name="count">How many events.</param>
    public EventRun<TBatch> Part(int start, int count) => new(Batch, Start + start, count);
}
