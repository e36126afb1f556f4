namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// Deletes the segments of a directory that nobody wants any more, oldest first, each gone for good before the next one goes: the commits of its events
/// stand in the later ones.
/// </summary>
internal sealed class SegmentCleaner(EventLog log, DataDirectory directory)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private long _failedAt;
    private bool _hasFailed;

    /// <summary>Deletes what can go. A failure is told and tried again later; events are taken and lent meanwhile.</summary>
    /// <param name="current">The segment that is written.</param>
    public async ValueTask CleanAsync(Segment? current)
    {
        if (_hasFailed && log.Runtime.Time.GetElapsedTime(_failedAt) < RetryDelay)
        {
            return;
        }

        try
        {
            while (Oldest(current) is { } segment)
            {
                await RemoveAsync(segment);
                await log.Storage.SyncDirectoryAsync(directory.Path, CancellationToken.None);
                lock (log.Sync)
                {
                    directory.Segments.Remove(segment);
                }
            }

            _hasFailed = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.TellNotDeleted(directory.Path, failure);
            (_hasFailed, _failedAt) = (true, log.Runtime.Time.GetTimestamp());
        }
    }

    private async ValueTask RemoveAsync(Segment segment)
    {
        if (!segment.IsDamaged)
        {
            await log.Storage.DeleteAsync(segment.Path, CancellationToken.None);
        }
        else if (await log.Storage.FindAsync(segment.Path, CancellationToken.None) is not null)
        {
            await log.Storage.MoveAsync(segment.Path, segment.SetAsidePath, overwrite: true, CancellationToken.None);
        }
    }

    private Segment? Oldest(Segment? current)
    {
        lock (log.Sync)
        {
            return directory.Segments is [{ Live.IsEmpty: true } oldest, ..] && oldest != current ? oldest : null;
        }
    }
}
