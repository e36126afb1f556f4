namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>A file whose events count batch by batch. Committed is what a finished write covers; what stands behind it is cut off again.</summary>
/// <param name="entry">Its names.</param>
/// <param name="handle">The open file; <see langword="null"/> for one that is only to be deleted.</param>
/// <param name="serializer">Its format.</param>
/// <param name="openedAt">Time stamp of the clock.</param>
internal sealed class GrowingFile(LedgerEntry entry, IStorageFile? handle, IEventSerializer serializer, long openedAt) : BucketFile(entry, serializer, openedAt)
{
    /// <summary>The open file; <see langword="null"/> once it is closed.</summary>
    public IStorageFile? Handle { get; set; } = handle;

    public long CommittedEvents { get; private set; }

    public long CommittedBytes { get; private set; }

    /// <summary>Bytes behind the committed ones may be in the file.</summary>
    public bool IsTorn { get; set; }

    /// <summary>What stands at the end of the file, once it was asked for.</summary>
    public ReadOnlyMemory<byte>? Trailer { get; set; }

    /// <summary>All that was serialized is in the file, which has this length.</summary>
    public void Commit(long length)
    {
        CommittedBytes = length;
        CommittedEvents = Events;
        IsTorn = false;
    }

    /// <summary>Forgets what was serialized and not committed.</summary>
    /// <param name="newSerializer">Makes another one: the old one may keep events.</param>
    /// <returns>Whether the file can be written on. Not when it is empty, nor when its format cannot be taken up again amid a file.</returns>
    public bool TryRevert(Func<IEventSerializer> newSerializer)
    {
        Events = CommittedEvents;
        if (CommittedEvents > 0 && Serializer.SupportsReopen)
        {
            Serializer = newSerializer();
            return true;
        }

        Trailer = ReadOnlyMemory<byte>.Empty; // what the last flush left is whole
        return false;
    }

    /// <summary>Cuts off what was not committed.</summary>
    public async ValueTask CutAsync(CancellationToken abort)
    {
        if (IsTorn)
        {
            await Handle!.SetLengthAsync(CommittedBytes, abort);
            IsTorn = false;
        }
    }
}
