using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components;

public class ChannelFeedTests
{
    [Test]
    public async Task A_lease_whose_events_are_settled_by_two_at_once_ends_once()
    {
        var runtime = AgentRuntime.System;
        var channel = SimulatedGraph.NewMemory(runtime, 100);
        var leases = new BufferBlock<Lease>();
        var feed = channel.Connect(leases, new FeedOptions(100, 1, 100));
        await channel.PutAsync(new EventBatch([FlumeEvent.FromText("a"), FlumeEvent.FromText("b")], Receipt.Create(static _ => { })), PutMode.TryOnce, CancellationToken.None);
        var lease = leases.Receive();
        Assert.That(lease.TryBegin());
        lease.Feed!.OnBegun(lease);

        // Between the first commit and the feed's notice of it comes the second one, as it does when two files are finished on two threads.
        lease.CommitObserver = _ =>
        {
            lease.CommitObserver = null;
            lease.Commit([1]);
        };
        lease.Commit([0]);
        lease.Feed.OnHandlerEnded(lease);

        var disconnected = feed.DisconnectAsync();
        if (leases.TryReceive(out var flush))
        {
            flush.Feed!.OnHandlerEnded(flush);
        }

        Assert.That(disconnected.IsCompleted, Is.True, feed.ToString());
    }
}
