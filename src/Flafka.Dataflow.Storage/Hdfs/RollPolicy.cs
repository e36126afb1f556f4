namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>When a file is finished and the next one begun. Zero or less means never.</summary>
/// <param name="Count">Events.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Interval">Time since the file was opened.</param>
/// <param name="Idle">Time since events were last written.</param>
internal sealed record RollPolicy(long Count, long Size, TimeSpan Interval, TimeSpan Idle)
{
    /// <summary>Asked before an event is written, about what the file holds by then: a full file stays open until the next event.</summary>
    /// <remarks>Flume: counts the bytes of the bodies. Its manual, and ours, promise the size of the file.</remarks>
    public bool IsFull(long events, long bytes) => (Count > 0 && events >= Count) || (Size > 0 && bytes >= Size);

    /// <summary>How long a file may stay open if nothing more is written; <see langword="null"/>: for ever.</summary>
    public TimeSpan? TimeLeft(TimeSpan sinceOpened, TimeSpan sinceWritten)
    {
        TimeSpan? left = Interval > TimeSpan.Zero ? Interval - sinceOpened : null;
        if (Idle > TimeSpan.Zero && (left is null || Idle - sinceWritten < left))
        {
            left = Idle - sinceWritten;
        }

        return left;
    }
}
