namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>One file while it is written.</summary>
/// <param name="entry">Its names.</param>
/// <param name="serializer">Its format.</param>
/// <param name="openedAt">Time stamp of the clock.</param>
internal abstract class BucketFile(LedgerEntry entry, IEventSerializer serializer, long openedAt)
{
    public LedgerEntry Entry { get; } = entry;

    public IEventSerializer Serializer { get; protected set; } = serializer;

    public long OpenedAt { get; } = openedAt;

    /// <summary>Time stamp of the last write that counts.</summary>
    public long WrittenAt { get; set; } = openedAt;

    /// <summary>Events serialized.</summary>
    public long Events { get; set; }
}
