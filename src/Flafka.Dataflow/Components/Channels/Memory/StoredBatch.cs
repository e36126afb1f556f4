using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>A batch inside the memory channel. Guarded by the channel's lock.</summary>
internal sealed class StoredBatch(EventBatch batch, long first, long storedAt) : IStoredEvents
{
    public ImmutableArray<FlumeEvent> Events { get; } = batch.Events;

    public int Count => Events.Length;

    public long BodyBytes { get; } = batch.BodyBytes;

    public long First { get; } = first;

    /// <summary>The clock's timestamp of the put.</summary>
    public long StoredAt { get; } = storedAt;

    /// <summary>Neighbours in <see cref="OpenBatches"/>.</summary>
    public StoredBatch? Older { get; set; }

    public StoredBatch? Younger { get; set; }

    /// <summary>The share that settles when all events are committed; none when it was settled at the put, or by an abort.</summary>
    public Receipt? Receipt { get; set; } = batch.SettleWhenStored ? null : batch.Receipt;

    /// <summary>Whether the source was told "delivered": only this channel has the events.</summary>
    public bool IsOwned { get; } = batch.SettleWhenStored;

    /// <summary>Events not yet committed.</summary>
    public int Open { get; set; } = batch.Count;
}
