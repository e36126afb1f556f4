namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>One file while it is written.</summary>
/// <param name="entry">Its names.</param>
/// <param name="serializer">Its format.</param>
/// <param name="openedAt">Time stamp of the clock.</param>
internal abstract class BucketFile(LedgerEntry entry, IEventSerializer serializer, long openedAt)
{
    public LedgerEntry Entry { get; } = entry;

    /// <summary>The counter of the final name that was tried last: whether it was given may not be known.</summary>
    public long Counter { get; set; } = entry.Counter;

    public IEventSerializer Serializer { get; protected set; } = serializer;

    public long OpenedAt { get; } = openedAt;

    /// <summary>Time stamp of the last write that counts.</summary>
    public long WrittenAt { get; set; } = openedAt;

    /// <summary>Events serialized.</summary>
    public long Events { get; set; }
}
