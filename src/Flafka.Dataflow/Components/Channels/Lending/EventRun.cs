namespace Flafka.Dataflow.Components.Channels;

/// <summary>Some neighbouring events of a stored batch.</summary>
internal readonly record struct EventRun<TBatch>(TBatch Batch, int Start, int Count)
    where TBatch : class, IStoredEvents
{
    public long First => Batch.First + Start;

    public long End => First + Count;

    public bool IsWhole => Count == Batch.Count;

    /// <summary>Whether the events are in memory.</summary>
    public bool IsLoaded => Batch.Events.Length == Batch.Count;

    public ReadOnlySpan<FlumeEvent> Events => Batch.Events.AsSpan().Slice(Start, Count);

    /// <summary>Bytes of the bodies; of a part of what is on disk only, about.</summary>
    public long BodyBytes => IsWhole ? Batch.BodyBytes : IsLoaded ? EventBodies.Size(Events) : Batch.BodyBytes * Count / Batch.Count;

    /// <summary>A part of the run.</summary>
    /// <param name="start">Its place in the run.</param>
    /// <param name="count">How many events.</param>
    public EventRun<TBatch> Part(int start, int count) => new(Batch, Start + start, count);
}
