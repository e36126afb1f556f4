namespace Flafka.Dataflow.Components.Channels;

/// <summary>The segment at the end of a directory: an open file, how far it is written and how far it is synced. A write may run beside a sync.</summary>
internal sealed class SegmentFile(IStorage storage, IStorageFile file, Segment segment)
{
    public Segment Segment => segment;

    /// <summary>Where the next record goes.</summary>
    public long Written { get; private set; } = RecordFormat.SegmentHeaderSize;

    /// <summary>Everything before it survives a power cut.</summary>
    public long Synced { get; private set; }

    public bool IsEmpty => Written == RecordFormat.SegmentHeaderSize;

    /// <summary>Makes a segment whose name survives a power cut.</summary>
    public static async Task<SegmentFile> BeginAsync(IStorage storage, Segment segment, long nextSequence)
    {
        var file = await storage.OpenAsync(segment.Path, StorageMode.CreateNew, CancellationToken.None);
        var begun = new SegmentFile(storage, file, segment);
        try
        {
            var header = new byte[RecordFormat.SegmentHeaderSize];
            RecordFormat.WriteSegmentHeader(header, segment.Number, nextSequence);
            await file.WriteAsync(header, 0, CancellationToken.None);
            await storage.SyncDirectoryAsync(Path.GetDirectoryName(segment.Path)!, CancellationToken.None);
            return begun;
        }
        catch
        {
            await begun.DiscardAsync(); // a full disk is tried again every second, and leaves no file each time
            throw;
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> records)
    {
        await file.WriteAsync(records, Written, CancellationToken.None);
        Written += records.Length;
    }

    /// <summary>Syncs what was written before the call.</summary>
    /// <returns>How many bytes are synced that were not before.</returns>
    public async Task<long> SyncAsync()
    {
        // A directory that was removed takes writes and syncs as before, for nobody: the file must still have its name.
        var name = storage.FindAsync(segment.Path, CancellationToken.None).AsTask();
        var (before, to) = (Synced, Written);
        await file.SyncAsync(CancellationToken.None);
        if (await name is null)
        {
            throw new FileNotFoundException($"'{segment.Path}' has vanished while it was written.");
        }

        Synced = to;
        return to - before;
    }

    public ValueTask CloseAsync() => file.DisposeAsync();

    /// <summary>Closes it after a failure; it ends where the last sync ended.</summary>
    public async Task AbandonAsync()
    {
        try
        {
            await file.SetLengthAsync(Math.Max(Synced, RecordFormat.SegmentHeaderSize), CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The refused records stay behind the end; after a crash they may come back, and their source sends them again: twice, not lost.
        }

        await file.DisposeAsync();
    }

    private async Task DiscardAsync()
    {
        await file.DisposeAsync();
        try
        {
            await storage.DeleteAsync(segment.Path, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start finds an empty segment and deletes it.
        }
    }
}
