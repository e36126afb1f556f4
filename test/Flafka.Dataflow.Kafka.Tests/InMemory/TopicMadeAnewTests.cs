using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>
/// A topic is deleted and made again while a consumer has its partitions: the old one's offsets are not those of the new one. Or while a producer writes to it, which then
/// asks the leaders of the old one for ever.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class TopicMadeAnewTests
{
    [Test]
    public void No_record_of_the_new_topic_is_skipped_although_the_old_one_was_read_further([Range(1, 25)] int seed, [Values] bool isChannel, [Values] bool isCooperative)
    {
        var scheduler = new SimulatedScheduler(seed);
        var kafka = new InMemoryKafka(scheduler.Runtime);
        kafka.CreateTopic("t", 2);
        kafka.Group("g", isCooperative);
        var sinks = new[] { new Collected(), new Collected() };
        var random = new Random(seed);
        scheduler.Run(async () =>
        {
            var graphs = sinks.Select(sink => isChannel
                ? new SimulatedGraph(kafka.Runtime).Channel("c1", SimulatedKafka.NewChannel(kafka, isCooperative)).Sink("k1", "c1", () => sink, maxEvents: 20).Build()
                : SimulatedKafka.Flow(kafka, sink, isCooperative)).ToArray();
            await graphs[0].StartAsync(CancellationToken.None);
            await graphs[1].StartAsync(CancellationToken.None);
            Append("old", 100);
            await scheduler.UntilAsync(() => sinks.Sum(sink => sink.Events.Count) == 200 && graphs.All(graph => graph.IsIdle));
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
            if (random.Next(2) == 0)
            {
                Append("late", 50); // settled after the deletion
            }

            kafka.RemakeTopic("t");
            Append("new", 150);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(random.Next(2000)), CancellationToken.None);
            if (random.Next(2) == 0)
            {
                await graphs[1].StopAsync(TimeSpan.FromSeconds(10)); // its partition goes to the other
            }

            await scheduler.UntilAsync(() => sinks.SelectMany(sink => sink.Texts).Where(text => text.StartsWith("new", StringComparison.Ordinal)).Distinct().Count() == 300);
            await scheduler.UntilAsync(() => graphs[0].IsIdle);
            await graphs[0].StopAsync(TimeSpan.FromSeconds(10));
            await graphs[1].StopAsync(TimeSpan.FromSeconds(10));
            await graphs[0].DisposeAsync();
            await graphs[1].DisposeAsync();
        });
        Assert.That(kafka.Group("g").Committed(new TopicPartition("t", 0)), Is.EqualTo(150));
        Assert.That(kafka.Group("g").Committed(new TopicPartition("t", 1)), Is.EqualTo(150));

        void Append(string text, int count)
        {
            for (var n = 0; n < count; n++)
            {
                kafka.Append(new TopicPartition("t", 0), $"{text}-0-{n}");
                kafka.Append(new TopicPartition("t", 1), $"{text}-1-{n}");
            }
        }
    }

    [Test]
    public void An_offset_whose_topic_was_gone_at_its_commit_is_never_committed_for_the_next_topic_of_that_name([Range(1, 20)] int seed)
    {
        var scheduler = new SimulatedScheduler(seed);
        var kafka = new InMemoryKafka(scheduler.Runtime);
        kafka.CreateTopic("t", 1);
        var partition = new TopicPartition("t", 0);
        var random = new Random(seed);
        var sink = new Collected();
        var commits = new List<long>();
        scheduler.Run(async () =>
        {
            var graph = SimulatedKafka.Flow(kafka, sink);
            await graph.StartAsync(CancellationToken.None);
            await AppendAsync("old", 100);
            await scheduler.UntilAsync(() => graph.IsIdle);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
            await AppendAsync("late", 50); // settled, not yet committed
            kafka.DeleteTopic("t");
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(random.Next(300, 5000)), CancellationToken.None);
            kafka.RemakeTopic("t");
            kafka.Group("g").OnCommitted = offset => commits.Add(offset.Offset);
            await AppendAsync("new", 140);
            await scheduler.UntilAsync(() => graph.IsIdle);
            await graph.StopAsync(TimeSpan.FromSeconds(10));
            await graph.DisposeAsync();
        });
        Assert.That(commits, Is.Ordered.And.All.LessThanOrEqualTo(140));
        Assert.That(kafka.Group("g").Committed(partition), Is.EqualTo(140));

        async Task AppendAsync(string text, int count)
        {
            for (var n = 0; n < count; n++)
            {
                kafka.Append(partition, $"{text}-{n}");
            }

            await scheduler.UntilAsync(() => sink.Texts.Count(one => one.StartsWith(text, StringComparison.Ordinal)) == count);
        }
    }

    [Test]
    public void No_event_is_stuck_when_the_topic_that_it_goes_to_was_made_again([Range(1, 20)] int seed, [Values] bool isChannel)
    {
        var scheduler = new SimulatedScheduler(seed);
        var kafka = new InMemoryKafka(scheduler.Runtime);
        kafka.CreateTopic("t", 1);
        var random = new Random(seed);
        var source = new RereadingSource("s", 2000, () => random.Next(1, 30)) { Limit = 200 };
        var elapsed = TimeSpan.Zero;
        scheduler.Run(async () =>
        {
            var graph = SimulatedKafka.Write(kafka, source, isChannel);
            await graph.StartAsync(CancellationToken.None);
            await scheduler.UntilAsync(() => source.IsIdle);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
            source.Limit += random.Next(2) * 1000;
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(random.Next(20)), CancellationToken.None);
            kafka.RemakeTopic("t");
            var (begin, from) = (scheduler.Time.Elapsed, source.Limit);
            source.Limit += 100;
            await scheduler.UntilAsync(() => source.IsIdle);
            elapsed = scheduler.Time.Elapsed - begin;
            Assert.That(Enumerable.Range(from, 100).Select(n => $"s-{n}"), Is.SubsetOf(kafka.Log("t").Select(record => record.Text)));
            await graph.StopAsync(TimeSpan.FromSeconds(10));
            await graph.DisposeAsync();
        });
        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }
}
