using Flafka.Dataflow.Runner.Execution;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Execution;

public class IdleWatchTests
{
    [Test]
    public void It_counts_from_the_last_event_and_only_while_the_source_knows_of_nothing()
    {
        var scheduler = new SimulatedScheduler(1);
        var source = new TimedSource(scheduler.Runtime);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime).Memory("c1", 100).Source("r1", source, ("c1", false)).Sink("k1", "c1", () => new CollectingSink()).Build();
            await graph.StartAsync(CancellationToken.None);
            await new IdleWatch(scheduler.Runtime, graph, TimeSpan.FromSeconds(4)).WaitAsync(CancellationToken.None);

            // Not ready until 10 s, events at 12 s and 14 s: idle from 14 s on, seen up to one look later.
            Assert.That(scheduler.Time.Elapsed.TotalSeconds, Is.InRange(18, 18.3));
            await graph.StopAsync(TimeSpan.FromSeconds(1));
        });
    }

    [Test]
    public void An_agent_with_an_event_that_cannot_be_delivered_is_not_idle()
    {
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 1, () => 1), ("c1", true))
                .Sink("k1", "c1", () => new ScriptedSink((_, _, _) => throw new DeliveryException("never")))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(10), scheduler.Time);
            try
            {
                await new IdleWatch(scheduler.Runtime, graph, TimeSpan.FromSeconds(1)).WaitAsync(cancel.Token);
                Assert.Fail("It was taken for idle.");
            }
            catch (OperationCanceledException)
            {
                await graph.StopAsync(TimeSpan.Zero);
            }
        });
    }

    private sealed class TimedSource(AgentRuntime runtime) : ISource
    {
        public bool IsIdle { get; private set; }

        public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
        {
            await runtime.DelayAsync(TimeSpan.FromSeconds(10), stopping);
            IsIdle = true;
            for (var i = 0; i < 2; i++)
            {
                await runtime.DelayAsync(TimeSpan.FromSeconds(2), stopping);
                await output.DeliverAsync([FlumeEvent.FromText("x")], stopping);
            }

            await runtime.DelayAsync(Timeout.InfiniteTimeSpan, stopping);
        }
    }
}
