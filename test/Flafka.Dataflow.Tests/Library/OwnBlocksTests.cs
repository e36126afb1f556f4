using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Library;

/// <summary>Blocks of a user's own at both ends of a graph; on the thread pool, where blocks wake those who wait for them.</summary>
[CancelAfter(60_000)]
public class OwnBlocksTests
{
    private static readonly string[] Expected = [.. Enumerable.Range(0, 500).Select(n => $"{n}")];

    [Test]
    public async Task Events_go_from_block_to_block_in_order(CancellationToken limit)
    {
        var seen = new List<string>();
        var numbers = Numbers();
        var print = new ActionBlock<EventBatch>(batch =>
        {
            seen.AddRange(batch.Events.Select(e => e.ToString()));
            batch.Receipt.Settle(Settlement.Delivered);
        }, Bounded);
        await using var graph = Graph(numbers, print).Build();
        await graph.StartAsync(limit);
        await FeedAsync(numbers);
        await FinishAsync(graph, limit);
        Assert.That((await graph.StopAsync(TimeSpan.FromSeconds(8))).Drained);
        Assert.That(print.Completion.IsCompleted, Is.False, "the block is the user's to complete");
        Assert.That(seen, Is.EqualTo(Expected));
    }

    [Test]
    public async Task A_chain_that_can_only_be_linked_is_a_source_too(CancellationToken limit)
    {
        var sink = new CollectingSink();
        var numbers = Numbers();
        var chain = DataflowBlock.Encapsulate(numbers, (ISourceBlock<FlumeEvent>)numbers);
        await using var graph = FlafkaGraph.Create("a1").Source("r1", chain, ["c1"]).Channel("c1", "memory").Sink("k1", "c1", sink.WriteAsync)
            .Build();
        await graph.StartAsync(limit);
        await FeedAsync(numbers);
        await FinishAsync(graph, limit);
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EqualTo(Expected));
    }

    [Test]
    public async Task A_batch_that_the_block_rejects_is_lent_again(CancellationToken limit)
    {
        var seen = new List<string>();
        var rejected = 0;
        var numbers = Numbers();
        var flaky = new ActionBlock<EventBatch>(batch =>
        {
            if (rejected == 0 && seen.Count > 100)
            {
                rejected++;
                batch.Receipt.Settle(Settlement.Rejected(new InvalidOperationException("not now")));
                return;
            }

            seen.AddRange(batch.Events.Select(e => e.ToString()));
            batch.Receipt.Settle(Settlement.Delivered);
        }, Bounded);
        await using var graph = Graph(numbers, flaky).Build();
        await graph.StartAsync(limit);
        await FeedAsync(numbers);
        await FinishAsync(graph, limit);
        Assert.That(rejected, Is.Positive);
        Assert.That(seen.Distinct(), Is.EquivalentTo(Expected));
        Assert.That(seen, Has.Count.EqualTo(Expected.Length), "doubled");
    }

    [Test]
    public async Task The_block_never_owes_more_than_it_was_told_it_may(CancellationToken limit)
    {
        var sync = new Lock();
        var (owed, most, seen) = (0, 0, 0);
        var numbers = Numbers();
        var lazy = new ActionBlock<EventBatch>(async batch =>
        {
            lock (sync)
            {
                most = Math.Max(most, owed += batch.Count);
            }

            await Task.Yield();
            lock (sync)
            {
                owed -= batch.Count;
                seen += batch.Count;
            }

            batch.Receipt.Settle(Settlement.Delivered);
        }, new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 8 });
        await using var graph = FlafkaGraph.Create("a1").Source("r1", numbers, ["c1"]).Channel("c1", "memory").Sink("k1", "c1", lazy, maxHeldEvents: 50).Build();
        await graph.StartAsync(limit);
        await FeedAsync(numbers);
        await FinishAsync(graph, limit);
        Assert.That(seen, Is.EqualTo(Expected.Length));
        Assert.That(most, Is.InRange(1, 50));
    }

    [Test]
    public async Task A_block_that_has_ended_makes_its_sink_failing_and_the_events_stay(CancellationToken limit)
    {
        var numbers = Numbers();
        var ended = new ActionBlock<EventBatch>(_ => { }, Bounded);
        ended.Complete();
        await using var graph = Graph(numbers, ended).Build();
        await graph.StartAsync(limit);
        await FeedAsync(numbers);
        while (graph.Health.All(health => health.Problem is null) || graph.Channels[0].Statistics.Events < Expected.Length)
        {
            await AgentRuntime.System.DelayAsync(TimeSpan.FromMilliseconds(10), limit);
        }

        Assert.That(graph.Health.Single(health => health.Problem is not null).Problem, Does.Contain("has completed or failed"));
        var result = await graph.StopAsync(TimeSpan.FromMilliseconds(100));
        Assert.That(result.LeftInChannel["c1"], Is.EqualTo(Expected.Length));
    }

    [Test]
    public async Task A_block_that_failed_makes_its_source_failing(CancellationToken limit)
    {
        var numbers = Numbers();
        ((IDataflowBlock)numbers).Fault(new InvalidOperationException("the user's own mistake"));
        await using var graph = FlafkaGraph.Create("a1").Source("r1", numbers, ["c1"]).Channel("c1", "memory").Sink("k1", "c1", (_, _) => Task.CompletedTask)
            .Build();
        await graph.StartAsync(limit);
        while (graph.Health.All(health => health.Problem is null))
        {
            await AgentRuntime.System.DelayAsync(TimeSpan.FromMilliseconds(10), limit);
        }

        Assert.That(graph.Health[0].Problem, Does.Contain("the user's own mistake"));
    }

    private static FlafkaGraph Graph(ISourceBlock<FlumeEvent> source, ITargetBlock<EventBatch> sink) =>
        FlafkaGraph.Create("a1").Source("r1", source, ["c1"]).Channel("c1", "memory", ("capacity", "1000")).Sink("k1", "c1", sink);

    private static TransformBlock<int, FlumeEvent> Numbers() => new(n => FlumeEvent.FromText($"{n}"), Bounded);

    private static ExecutionDataflowBlockOptions Bounded => new() { BoundedCapacity = 10 };

    private static async Task FeedAsync(TransformBlock<int, FlumeEvent> numbers)
    {
        for (var n = 0; n < Expected.Length; n++)
        {
            await numbers.SendAsync(n);
        }

        numbers.Complete();
    }

    private static async Task FinishAsync(AgentGraph graph, CancellationToken limit)
    {
        while (!graph.IsFinished)
        {
            await AgentRuntime.System.DelayAsync(TimeSpan.FromMilliseconds(10), limit);
        }
    }
}
