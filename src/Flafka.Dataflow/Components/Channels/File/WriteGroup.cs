namespace Flafka.Dataflow.Components.Channels;

/// <summary>Puts and commits that share a write or a sync. Owned by one writer.</summary>
internal sealed class WriteGroup
{
    /// <summary>Puts, in the order of their numbers.</summary>
    public List<FileBatch> Batches { get; } = [];

    /// <summary>Events that sinks have committed.</summary>
    public SequenceSet Consumed { get; } = new();

    /// <summary>The bytes of their bodies.</summary>
    public long ConsumedBytes { get; set; }

    public bool IsEmpty => Batches.Count == 0 && Consumed.IsEmpty;

    /// <summary>The most bytes it may take in a segment.</summary>
    public long Size => Batches.Sum(static batch => batch.Size) + (Consumed.RunCount * 20) + RecordFormat.HeaderSize + 10;

    /// <summary>Moves everything from another group into this one.</summary>
    public void TakeOver(WriteGroup other)
    {
        Batches.AddRange(other.Batches);
        Consumed.Add(other.Consumed);
        ConsumedBytes += other.ConsumedBytes;
        other.Clear();
    }

    public void Clear()
    {
        Batches.Clear();
        Consumed.Clear();
        ConsumedBytes = 0;
    }
}
