using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>A file that counts only when it is finished; its events are held until then.</summary>
/// <param name="entry">Its names.</param>
/// <param name="handle">The open file.</param>
/// <param name="serializer">Its format.</param>
/// <param name="openedAt">Time stamp of the clock.</param>
internal sealed class HeldFile(LedgerEntry entry, IWholeFile handle, IEventSerializer serializer, long openedAt) : BucketFile(entry, serializer, openedAt)
{
    public IWholeFile Handle { get; } = handle;

    /// <summary>The events in it.</summary>
    public HeldEvents Held { get; } = new();

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Writes what a buffer holds and empties it.</summary>
    public async ValueTask WriteAsync(WriteBuffer buffer, CancellationToken abort)
    {
        if (buffer.Count > 0)
        {
            await Handle.WriteAsync(buffer.Written, abort);
            Length += buffer.Count;
            buffer.Clear();
        }
    }
}
