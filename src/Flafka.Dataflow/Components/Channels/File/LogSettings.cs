using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Where a log is, and its measures.</summary>
internal sealed record LogSettings(ImmutableArray<string> DataDirectories, ImmutableArray<string> CheckpointFiles)
{
    public long MaxSegmentSize { get; init; } = 128 << 20;

    public long CheckpointBytes { get; init; } = 64 << 20;

    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    public bool CheckpointOnClose { get; init; } = true;

    public long MinimumRequiredSpace { get; init; }

    /// <summary>How long a record of commits may wait for its sync.</summary>
    public TimeSpan SyncDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of bodies kept in memory to be lent.</summary>
    public long MemoryTail { get; init; } = 16 << 20;

    /// <summary>Bytes that go into one write.</summary>
    public long WriteSize => Math.Min(4 << 20, MaxSegmentSize);
}
