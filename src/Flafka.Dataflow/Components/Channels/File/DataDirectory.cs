namespace Flafka.Dataflow.Components.Channels;

/// <summary>One of the directories of a channel and what it holds. Guarded by the log's lock.</summary>
internal sealed class DataDirectory(string path)
{
    public string Path { get; } = path;

    /// <summary>The segments that may be read, oldest first.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>The number of the next segment.</summary>
    public long NextNumber { get; set; } = 1;

    /// <summary>Bytes of the bodies of live events.</summary>
    public long BodyBytes { get; set; }

    /// <summary>Events that sinks have committed and no record says so yet, and the bytes of their bodies.</summary>
    public SequenceSet Consumed { get; } = new();

    public long ConsumedBytes { get; set; }

    /// <summary>Why it takes no puts now; <see langword="null"/> when it does.</summary>
    public string? Trouble { get; set; }

    /// <summary>When that was last told, by the clock's timestamp.</summary>
    public long TroubleToldAt { get; set; }

    /// <summary>Whether only a restart helps.</summary>
    public bool IsBroken { get; set; }

    public long LiveEvents => Segments.Sum(static segment => segment.Live.Count);

    /// <summary>Takes committed events out, whichever segments they are in.</summary>
    public void Remove(long first, long end)
    {
        var left = end - first;
        for (var i = Segments.Count - 1; i >= 0 && left > 0; i--)
        {
            left -= Segments[i].Live.Remove(first, end);
        }
    }
}
