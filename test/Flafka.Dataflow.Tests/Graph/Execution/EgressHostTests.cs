using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.SinkProcessors;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Execution;

public class EgressHostTests
{
    [Test]
    public async Task Sinks_of_a_group_that_start_at_one_moment_share_one_feed()
    {
        var runtime = new AgentRuntime(TimeProvider.System, new ThreadEach());
        var channel = new WatchedChannel(SimulatedGraph.NewMemory(runtime, 100));
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var graph = new SimulatedGraph(runtime)
            .Channel("c1", channel)
            .Group("c1", new DefaultSinkProcessor(), 10, ("k1", () => new WaitingSink(together.Task)), ("k2", () => new WaitingSink(together.Task)))
            .Build();
        await graph.StartAsync(CancellationToken.None);
        together.SetResult();
        SpinWait.SpinUntil(() => graph.Health.Count(health => health.State == ComponentState.Running) == 3, TimeSpan.FromSeconds(30));
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(channel.Feeds, Is.EqualTo(1));
    }

    [Test]
    public void What_a_sink_says_of_its_failed_events_cannot_double_or_lose_one([Values("0,0", "7", "-1,1")] string failed)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(1);
        var delivered = new CollectingSink();
        ImmutableArray<int> indexes = [.. failed.Split(',').Select(int.Parse)];
        var sink = new ScriptedSink((call, events, abort) => call == 1 ? throw new PartialDeliveryException("some", indexes) : delivered.WriteAsync(events, abort));
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 2, () => 2), ("c1", true))
                .Sink("k1", "c1", () => sink)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                Assert.That(graph.Fault.IsCompleted, Is.False);
            }

            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(delivered.Texts, Is.EqualTo(failed == "0,0" ? new[] { "s-0" } : ["s-0", "s-1"]));
        ledger.AssertNoneOpen();
    }

    private sealed class WaitingSink(Task together) : ISink
    {
        public Task StartAsync(CancellationToken abort) => together;

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    // Runs everything at once, however few processors there are.
    private sealed class ThreadEach : TaskScheduler
    {
        protected override IEnumerable<Task> GetScheduledTasks() => [];

        protected override void QueueTask(Task task) => new Thread(() => TryExecuteTask(task)) { IsBackground = true }.Start();

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
    }

    // Lets a second connection come while the first is being made.
    private sealed class WatchedChannel(IChannel inner) : IChannel
    {
        private int _feeds;

        public int Feeds => _feeds;

        public ChannelStatistics Statistics => inner.Statistics;

        public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort) => inner.PutAsync(batch, mode, abort);

        public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options)
        {
            Interlocked.Increment(ref _feeds);
            SpinWait.SpinUntil(() => Volatile.Read(ref _feeds) > 1, TimeSpan.FromMilliseconds(200));
            return inner.Connect(sink, options);
        }

        public void UpstreamWaits(int change) => inner.UpstreamWaits(change);

        public Task DrainAsync(CancellationToken abort) => inner.DrainAsync(abort);
    }
}
