namespace Flafka.Dataflow.Components.Sources;

/// <summary>A file on its way through a spooling source, from its opening until it is retired.</summary>
/// <param name="entry">The file as it was when it was opened.</param>
/// <param name="relativePath">Its path below the spool directory.</param>
/// <param name="start">Where reading began: what was delivered in an earlier run.</param>
/// <param name="isDelivered">Whether all of it was delivered in an earlier run.</param>
internal sealed class SpoolFile(StorageEntry entry, string relativePath, long start, bool isDelivered)
{
    public StorageEntry Entry { get; } = entry;

    public string Path => Entry.Path;

    public string RelativePath { get; } = relativePath;

    public long Start { get; } = start;

    public bool IsDelivered { get; } = isDelivered;

    /// <summary>Behind what was read of it.</summary>
    public long End { get; set; } = start;

    /// <summary>Number of its last batch, or of the last one of all when it gave none.</summary>
    public long LastBatch { get; set; }

    /// <summary>Whether it was read to its end.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether retiring it failed in this run.</summary>
    public bool CannotRetire { get; set; }
}
