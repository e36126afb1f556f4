namespace Flafka.Dataflow;

/// <summary>What a sink may know of its channel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDurable">Whether it keeps its events over a crash of the process.</param>
/// <param name="Capacity">Most events it holds; <see cref="long.MaxValue"/> where it has no limit.</param>
public sealed record ChannelTraits(string Name, bool IsDurable, long Capacity);
