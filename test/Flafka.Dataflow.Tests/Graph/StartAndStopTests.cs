using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph;

public class StartAndStopTests
{
    [Test]
    public void A_stop_ends_a_start_that_is_under_way_and_nothing_runs_behind_it([Range(1, 5)] int seed)
    {
        var scheduler = new SimulatedScheduler(seed);
        var channel = new SlowChannel(scheduler.Runtime);
        var source = new RereadingSource("s", 10, () => 1);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime).Channel("c1", channel).Source("r1", source, ("c1", true)).Build();
            var starting = graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            await graph.DisposeAsync();
            Assert.That(channel.IsOpen, Is.False);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
            Assert.That(channel.IsOpen, Is.False, "It was opened behind the stop.");
            Assert.That(starting.IsCanceled, Is.True);
        });
    }

    [Test]
    public void A_stop_without_time_to_drain_speaks_of_rejected_events_only_where_there_are_some([Values] bool isStuck)
    {
        var scheduler = new SimulatedScheduler(1);
        var logs = new RecordingLoggers();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime, logs)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", isStuck ? 1 : 0, () => 1), ("c1", true))
                .Sink("k1", "c1", () => new ScriptedSink((_, _, _) => throw new DeliveryException("no")))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            await graph.StopAsync(TimeSpan.Zero);
        });
        Assert.That(logs.Texts.Any(text => text.StartsWith("FLK6401", StringComparison.Ordinal)), Is.EqualTo(isStuck));
    }

    [Test]
    public async Task Two_stops_at_once_stop_once()
    {
        for (var i = 0; i < 200; i++)
        {
            var channel = new SlowChannel(AgentRuntime.System);
            var graph = new SimulatedGraph(AgentRuntime.System).Channel("c1", channel).Build();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => graph.StopAsync(TimeSpan.FromSeconds(8)))));
            Assert.That(channel.Stops, Is.EqualTo(1));
        }
    }

    // Takes two seconds to open, whatever happens meanwhile.
    private sealed class SlowChannel(AgentRuntime runtime) : IChannel
    {
        public bool IsOpen { get; private set; }

        public int Stops { get; private set; }

        public ChannelStatistics Statistics => new(0, 0, 100, 0, 0);

        public async Task StartAsync(CancellationToken abort)
        {
            await runtime.DelayAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
            IsOpen = true;
        }

        public Task StopAsync(CancellationToken abort)
        {
            Stops++;
            IsOpen = false;
            return Task.CompletedTask;
        }

        public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort) => new(false);

        public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options) => throw new NotSupportedException();

        public void UpstreamWaits(int change)
        {
        }

        public Task DrainAsync(CancellationToken abort) => Task.CompletedTask;
    }
}
