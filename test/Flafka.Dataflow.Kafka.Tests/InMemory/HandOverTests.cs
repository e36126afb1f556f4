using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>What the group refuses while it shares its partitions out is committed all the same before a member goes.</summary>
public class HandOverTests
{
    private static readonly TopicPartition P0 = new("t", 0);

    [Test]
    public void A_stop_commits_what_the_group_refused_at_first([Values(ErrorCode.RebalanceInProgress, ErrorCode.IllegalGeneration)] ErrorCode refusal)
    {
        var (kafka, scheduler) = New(partitions: 1);
        scheduler.Run(async () =>
        {
            var sink = new Collected();
            await using var graph = SimulatedKafka.Flow(kafka, sink);
            await graph.StartAsync(CancellationToken.None);
            Append(kafka, 0, 100);
            await scheduler.UntilAsync(() => sink.Events.Count == 100 && graph.IsIdle);
            var refusals = 3;
            kafka.OnCommit = () => refusals-- > 0 ? refusal : null;
            await graph.StopAsync(TimeSpan.FromSeconds(10));
        });
        Assert.That(kafka.Group("g").Committed(P0), Is.EqualTo(100));
    }

    [Test]
    public void A_stop_without_time_while_the_start_is_under_way_leaves_no_member_behind()
    {
        var (kafka, scheduler) = New(partitions: 1);
        scheduler.Run(async () =>
        {
            await using var graph = SimulatedKafka.Flow(kafka, new Collected());
            await graph.StartAsync(CancellationToken.None);
            await graph.StopAsync(TimeSpan.Zero);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        });
        Assert.That(kafka.Group("g").Members, Is.Zero);
    }

    [Test]
    public void A_stop_does_not_wait_for_a_group_that_has_given_the_partitions_to_others()
    {
        var (kafka, scheduler) = New(partitions: 1);
        scheduler.Run(async () =>
        {
            var sink = new Collected();
            await using var graph = SimulatedKafka.Flow(kafka, sink);
            await graph.StartAsync(CancellationToken.None);
            Append(kafka, 0, 100);
            await scheduler.UntilAsync(() => sink.Events.Count == 100);
            kafka.OnCommit = () => ErrorCode.UnknownMemberId;
            var before = scheduler.Time.Elapsed;
            await graph.StopAsync(TimeSpan.FromSeconds(10));
            Assert.That(scheduler.Time.Elapsed - before, Is.LessThan(TimeSpan.FromSeconds(1)));
        });
    }

    [Test]
    public void Partitions_go_only_when_the_refused_commit_was_repeated([Values] bool isCooperative)
    {
        var (kafka, scheduler) = New(partitions: 2);
        var sinks = new[] { new Collected(), new Collected() };
        scheduler.Run(async () =>
        {
            await using var first = SimulatedKafka.Flow(kafka, sinks[0], isCooperative);
            await using var second = SimulatedKafka.Flow(kafka, sinks[1], isCooperative);
            await first.StartAsync(CancellationToken.None);
            Append(kafka, 0, 100, partitions: 2);
            await scheduler.UntilAsync(() => sinks[0].Events.Count == 200);
            var refusals = 2;
            kafka.OnCommit = () => kafka.Group("g").IsRebalancing && refusals-- > 0 ? ErrorCode.RebalanceInProgress : null;
            Append(kafka, 100, 50, partitions: 2);
            await second.StartAsync(CancellationToken.None);
            await scheduler.UntilAsync(() => sinks.Sum(sink => sink.Events.Count) >= 300 && first.IsIdle & second.IsIdle);
            await first.StopAsync(TimeSpan.FromSeconds(10));
            await second.StopAsync(TimeSpan.FromSeconds(10));
        });
        Assert.That(sinks.SelectMany(sink => sink.Texts).Order(), Is.EqualTo(SimulatedKafka.Texts(2, 150).Order()));
    }

    [Test]
    public void A_partition_that_was_held_back_when_it_went_is_read_when_it_comes_again([Values] bool isCooperative)
    {
        var (kafka, scheduler) = New(partitions: 2);
        var delivered = new List<string>();
        scheduler.Run(async () =>
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sink = new ScriptedSink(async (_, events, _) =>
            {
                await gate.Task;
                delivered.AddRange(events.Select(e => e.ToString()));
            });
            var source = SimulatedKafka.NewSource(kafka, isCooperative, batchSize: 5);
            await using var first = SimulatedKafka.Flow(kafka, source, sink);
            await using var second = SimulatedKafka.Flow(kafka, SimulatedKafka.NewSource(kafka, isCooperative), sink);
            await first.StartAsync(CancellationToken.None);
            Append(kafka, 0, 300, partitions: 2);
            await scheduler.UntilAsync(() => source.IsHeldBack);
            await second.StartAsync(CancellationToken.None);
            await scheduler.UntilAsync(() => kafka.Group("g").IsRebalancing);
            gate.SetResult();
            await scheduler.UntilAsync(() => kafka.Group("g").Members == 2 && !kafka.Group("g").IsRebalancing);
            await second.StopAsync(TimeSpan.FromSeconds(10)); // and back to the first
            await scheduler.UntilAsync(() => delivered.Count == 600 && first.IsIdle);
            await first.StopAsync(TimeSpan.FromSeconds(10));
        });
        Assert.That(delivered.Order(), Is.EqualTo(SimulatedKafka.Texts(2, 300).Order()));
    }

    private static void Append(InMemoryKafka kafka, int first, int count, int partitions = 1)
    {
        for (var n = first; n < first + count; n++)
        {
            for (var partition = 0; partition < partitions; partition++)
            {
                kafka.Append(new TopicPartition("t", partition), $"{partition}-{n}");
            }
        }
    }

    private static (InMemoryKafka Kafka, SimulatedScheduler Scheduler) New(int partitions)
    {
        var scheduler = new SimulatedScheduler(5);
        var kafka = new InMemoryKafka(scheduler.Runtime);
        kafka.CreateTopic("t", partitions);
        return (kafka, scheduler);
    }
}
