using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow;

/// <summary>
/// Holds events between sources and sinks. What it accepts it owns; what it lends it takes back unless told otherwise.
/// </summary>
public interface IChannel : IComponent
{
    /// <summary>
    /// Completes when the place of the batch is fixed (true) or it is refused (false). Thread-safe. Never waits for storage: the receipt reports that.
    /// </summary>
    /// <remarks>True: the duty passes to the channel. False, or an exception: the caller still holds the share.</remarks>
    /// <param name="batch">The events and their share.</param>
    /// <param name="mode">How long to wait for room.</param>
    /// <param name="abort">Fires when waiting is over; the put is then refused.</param>
    ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort);

    /// <summary>Lends events to a sink's block from now on.</summary>
    /// <param name="sink">Gets the leases. It must be unbounded: the feed lends no more than <paramref name="options"/> allow. A lease without events asks to flush.</param>
    /// <param name="options">How much is lent at a time.</param>
    IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options);

    /// <summary>What the channel holds now.</summary>
    ChannelStatistics Statistics { get; }

    /// <summary>
    /// Whether the channel knows of nothing to lend and nothing is on its way. One whose content lies elsewhere asks there; while it cannot tell, it is not idle.
    /// </summary>
    bool IsIdle => Statistics.Events == 0;

    /// <summary>
    /// Somebody upstream waits for a receipt (+1) or waits no more (-1). While anybody waits and nothing is left to lend, the channel
    /// asks the sinks that hold events to settle them.
    /// </summary>
    void UpstreamWaits(int change);

    /// <summary>
    /// Ends the life of what is inside, when no put will come any more: events whose source was told "delivered" are waited for, untouched
    /// batches that their source reads again are rejected at once. When <paramref name="abort"/> fires, every share still held is rejected.
    /// </summary>
    /// <returns>Completes when nothing is left to wait for. A durable channel keeps its content and returns when its leases are settled.</returns>
    Task DrainAsync(CancellationToken abort);
}
