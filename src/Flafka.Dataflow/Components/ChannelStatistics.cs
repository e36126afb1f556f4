namespace Flafka.Dataflow;

/// <summary>What a channel holds at one moment.</summary>
/// <param name="Events">Events stored and not yet committed by a sink, lent ones included.</param>
/// <param name="LeasedEvents">Of these, lent to sinks.</param>
/// <param name="Capacity">The most events it may hold; <see cref="long.MaxValue"/> when it has no such bound.</param>
/// <param name="BodyBytes">Bytes of the stored bodies.</param>
/// <param name="OwnedEvents">Of <paramref name="Events"/>, those whose source was told "delivered": only this channel has them.</param>
public readonly record struct ChannelStatistics(long Events, long LeasedEvents, long Capacity, long BodyBytes, long OwnedEvents)
{
    /// <summary>How long the oldest uncommitted event has been in the channel; <see langword="null"/> when it is empty, or its channel cannot tell.</summary>
    public TimeSpan? OldestEventAge { get; init; }
}
