using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Execution;

public class RouterTests
{
    [Test]
    public void An_optional_channel_gets_nothing_of_a_batch_that_a_required_one_refuses()
    {
        // Flume: likewise; the source sends the batch again, and the optional channel would have it twice.
        var (settlement, optional) = Deliver(() => new ValueTask<bool>(false));
        Assert.That(settlement.IsDelivered, Is.False);
        Assert.That(optional, Is.Empty);
    }

    [Test]
    public void A_channel_that_throws_refuses()
    {
        var (settlement, optional) = Deliver(() => throw new InvalidOperationException("disk on fire"));
        Assert.That(settlement.Reason!.Message, Does.Contain("disk on fire"));
        Assert.That(optional, Is.Empty);
    }

    [Test]
    public void A_batch_without_events_is_delivered()
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(1);
        Settlement? settled = null;
        scheduler.Run(async () =>
        {
            var source = new EmptyBatch(settlement => settled = settlement);
            var graph = new SimulatedGraph(scheduler.Runtime).Memory("c1", 100).Source("r1", source, ("c1", true)).Sink("k1", "c1", () => new CollectingSink()).Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(settled, Is.EqualTo(Settlement.Delivered));
    }

    private static (Settlement Settlement, string[] Optional) Deliver(Func<ValueTask<bool>> put)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(1);
        var source = new OneBatch();
        var optional = new CollectingSink();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Channel("c1", new PutOnlyChannel(put))
                .Memory("c2", 100)
                .Source("r1", source, [], new FirstAndMaybeSecond(), ("c1", false), ("c2", false))
                .Sink("k2", "c2", () => optional)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (source.Settlement is null)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                Assert.That(graph.Fault.IsCompleted, Is.False);
            }

            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        ledger.AssertNoneOpen();
        return (source.Settlement!.Value, [.. optional.Texts]);
    }

    private sealed class OneBatch : ISource
    {
        public Settlement? Settlement { get; private set; }

        public async Task RunAsync(ISourceOutput output, CancellationToken stopping) =>
            Settlement = await output.DeliverAsync([FlumeEvent.FromText("x")], stopping);
    }

    private sealed class EmptyBatch(Action<Settlement> onSettled) : ISource
    {
        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => output.SendAsync(new EventBatch([], Receipt.Create(onSettled)), stopping).AsTask();
    }

    private sealed class FirstAndMaybeSecond : IChannelSelector
    {
        public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
        {
            routes.Required(0, events);
            foreach (var e in events)
            {
                routes.Optional(1, e);
            }
        }
    }

    private sealed class PutOnlyChannel(Func<ValueTask<bool>> put) : IChannel
    {
        public ChannelStatistics Statistics => new(0, 0, 100, 0, 0);

        public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort) => put();

        public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options) => throw new NotSupportedException();

        public void UpstreamWaits(int change)
        {
        }

        public Task DrainAsync(CancellationToken abort) => Task.CompletedTask;
    }
}
