using System.Collections.Immutable;
using Flafka.Dataflow.Components.SinkProcessors;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Execution;

/// <summary>Groups of sinks in a running graph.</summary>
public class SinkGroupTests
{
    [Test]
    public void A_failing_sink_is_tried_again_when_its_penalty_is_over()
    {
        var scheduler = new SimulatedScheduler(1);
        var times = new List<double>();
        var sink = new ScriptedSink((_, _, _) =>
        {
            times.Add(scheduler.Time.Elapsed.TotalSeconds);
            throw new DeliveryException("away");
        });
        Run(scheduler, Failover(scheduler, 5_000), 1, TimeSpan.FromSeconds(20), ("k1", () => sink));
        Assert.That(times.Take(5), Is.EqualTo([0, 2, 6, 11, 16]).Within(0.01));
    }

    [Test]
    public void What_a_sink_cannot_take_goes_to_the_next_one_at_once_and_order_holds()
    {
        var scheduler = new SimulatedScheduler(1);
        var second = new CollectingSink();
        var first = new ScriptedSink((_, _, _) => throw new DeliveryException("the directory is gone"));
        var graph = Run(scheduler, Failover(scheduler), 200, TimeSpan.FromSeconds(1), ("k1", () => first), ("k2", () => second));
        Assert.That(second.Texts, Is.EqualTo(Enumerable.Range(0, 200).Select(n => $"s-{n}")));
        Assert.That(first.Calls, Is.EqualTo(1));
        Assert.That(Counter(graph, "k1", FlumeCounter.EventDrainSuccessCount), Is.Zero);
        Assert.That(Counter(graph, "k2", FlumeCounter.EventDrainSuccessCount), Is.EqualTo(200));
        Assert.That(Counter(graph, "c1", FlumeCounter.EventTakeAttemptCount), Is.EqualTo(200), "an event that two sinks were given was taken once");
    }

    [Test]
    public void Of_a_batch_that_failed_in_part_the_next_sink_gets_the_rest()
    {
        var scheduler = new SimulatedScheduler(1);
        var second = new CollectingSink();
        var first = new ScriptedSink((_, events, _) => throw new PartialDeliveryException("half", [.. Enumerable.Range(events.Length / 2, events.Length - (events.Length / 2))]));
        Run(scheduler, Failover(scheduler), 10, TimeSpan.FromSeconds(1), ("k1", () => first), ("k2", () => second));
        Assert.That(second.Texts, Is.EqualTo(Enumerable.Range(5, 5).Select(n => $"s-{n}")));
    }

    [Test]
    public void What_a_holding_sink_could_not_commit_goes_to_the_next_one_without_a_pause()
    {
        var scheduler = new SimulatedScheduler(1);
        var second = new CollectingSink();
        var graph = Run(scheduler, Failover(scheduler), 60, TimeSpan.FromSeconds(0.9), ("k1", () => new BrokenHoldingSink()), ("k2", () => second));
        Assert.That(second.Texts, Is.EqualTo(Enumerable.Range(0, 60).Select(n => $"s-{n}")));
        Assert.That(Counter(graph, "k1", FlumeCounter.EventWriteFail), Is.Positive);
        Assert.That(Counter(graph, "k2", FlumeCounter.EventWriteFail), Is.Zero, "only the sink that failed is blamed");
    }

    [Test]
    public void Load_balance_spreads_batches()
    {
        var scheduler = new SimulatedScheduler(1);
        var sinks = new[] { new CollectingSink(), new CollectingSink() };
        var processor = new LoadBalanceSinkProcessor(new LoadBalanceSinkProcessorOptions(), scheduler.Time);
        Run(scheduler, processor, 200, TimeSpan.FromSeconds(1), ("k1", () => sinks[0]), ("k2", () => sinks[1]));
        Assert.That(sinks.Select(sink => sink.Events.Count), Has.All.InRange(80, 120));
        Assert.That(sinks.SelectMany(sink => sink.Texts).Distinct().Count(), Is.EqualTo(200));
    }

    private static FailoverSinkProcessor Failover(SimulatedScheduler scheduler, int maxPenalty = 30_000) => new(
        new FailoverSinkProcessorOptions
        {
            MaxPenalty = TimeSpan.FromMilliseconds(maxPenalty),
            Priority = ImmutableDictionary.CreateRange([KeyValuePair.Create("k1", "2"), KeyValuePair.Create("k2", "1")]),
        },
        scheduler.Time);

    private static AgentGraph Run(
        SimulatedScheduler scheduler, ISinkProcessor processor, int events, TimeSpan time, params (string Name, Func<IComponent> Create)[] sinks)
    {
        using var ledger = ReceiptLedger.Begin();
        AgentGraph? graph = null;
        scheduler.Run(async () =>
        {
            graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 1000)
                .Source("r1", new RereadingSource("s", events, () => 10), ("c1", true))
                .Group("c1", processor, 10, sinks)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(time, CancellationToken.None);
            await graph.StopAsync(TimeSpan.Zero);
        });
        ledger.AssertNoneOpen();
        return graph!;
    }

    private static long Counter(AgentGraph graph, string component, FlumeCounter counter) =>
        graph.Counters.Single(item => item.Id.Name == component)[counter];

    // Takes everything, and can commit nothing.
    private sealed class BrokenHoldingSink : IHoldingSink
    {
        private readonly List<Lease> _held = [];

        public int MaxHeldEvents => 30;

        public ValueTask AcceptAsync(Lease lease, CancellationToken abort)
        {
            _held.Add(lease);
            return ValueTask.CompletedTask;
        }

        public Task FlushAsync(CancellationToken abort)
        {
            foreach (var lease in _held)
            {
                lease.Rollback(new DeliveryException("the disk is full"));
            }

            _held.Clear();
            return Task.CompletedTask;
        }
    }
}
