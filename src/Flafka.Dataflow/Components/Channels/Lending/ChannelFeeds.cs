using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>The feeds of a channel, and who waits upstream of it. Thread-safe.</summary>
internal sealed class ChannelFeeds(ILeaseSource channel, int maxLease)
{
    private ImmutableArray<ChannelFeed> _feeds = [];
    private int _upstreamWaiting;
    private int _next;

    /// <summary>Whether anybody upstream waits for a receipt.</summary>
    public bool IsWaitedFor => Volatile.Read(ref _upstreamWaiting) > 0;

    public ChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        var feed = new ChannelFeed(channel, sink, options with { MaxEvents = Math.Min(options.MaxEvents, maxLease) });
        ImmutableInterlocked.Update(ref _feeds, feeds => feeds.RemoveAll(old => old.Completion.IsCompleted).Add(feed));
        feed.Pump();
        return feed;
    }

    public void UpstreamWaits(int change)
    {
        if (Interlocked.Add(ref _upstreamWaiting, change) > 0 && change > 0)
        {
            PumpAll();
        }
    }

    public void PumpAll()
    {
        var feeds = _feeds;
        if (feeds.Length == 1)
        {
            feeds[0].Pump();
            return;
        }

        // Whoever pumps, another sink comes first each time, so that all get their share.
        var first = Interlocked.Increment(ref _next);
        for (var i = 0; i < feeds.Length; i++)
        {
            feeds[(int)((uint)(first + i) % (uint)feeds.Length)].Pump();
        }
    }

    public override string ToString() => string.Join("; ", _feeds);
}
