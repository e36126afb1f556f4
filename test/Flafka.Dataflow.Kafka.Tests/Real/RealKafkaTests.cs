using System.Text;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class RealKafkaTests
{
    private readonly RealKafka _kafka = RealKafkaSetUp.Kafka;

    [Test]
    public async Task From_sink_to_source_every_event_comes_once_and_in_order([Values] bool avro, [Values("1", "all")] string acks)
    {
        const int count = 20_000;
        var topic = await _kafka.NewTopicAsync(1);
        var sink = new Collected();
        var options = new KafkaSinkOptions { BootstrapServers = _kafka.Bootstrap, Topic = topic, UseFlumeEventFormat = avro, Acks = acks };
        await using var graph = new SimulatedGraph(AgentRuntime.System)
            .Memory("c1", 10_000)
            .Memory("c2", 10_000)
            .Source("r1", new RereadingSource("s", count, () => 100), ("c1", true))
            .Source("r2", KafkaGraph.Source(_kafka.Bootstrap, topic, _kafka.NewGroup(), avro), ("c2", true))
            .Sink("k1", "c1", () => KafkaGraph.Sink(options))
            .Sink("k2", "c2", () => sink)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= count && graph.IsIdle, () => $"{sink.Events.Count} events, idle {graph.IsIdle}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, count).Select(n => $"s-{n}")));
    }

    [Test]
    public async Task Members_that_come_and_go_hand_partitions_over_without_loss_or_doubles([Values("range", "cooperative-sticky")] string assignor)
    {
        const int perPartition = 3000;
        var topic = await _kafka.NewTopicAsync(4);
        var group = _kafka.NewGroup();
        var sinks = Enumerable.Range(0, 3).Select(_ => new Collected()).ToArray();
        var flows = sinks.Select(sink => KafkaGraph.Flow(KafkaGraph.Source(_kafka.Bootstrap, topic, group, consumer: [("partition.assignment.strategy", assignor)]), sink)).ToArray();
        var total = () => sinks.Sum(sink => sink.Events.Count);
        await flows[0].StartAsync(CancellationToken.None);
        for (var step = 0; step < 3; step++)
        {
            var first = step * 1000;
            var producing = Enumerable.Range(0, 4).Select(partition => KafkaGraph.ProduceAsync(_kafka.Bootstrap, topic, first, 1000, partition)).ToArray();
            if (step < 2)
            {
                await flows[step + 1].StartAsync(CancellationToken.None);
            }
            else
            {
                await flows[0].StopAsync(TimeSpan.FromSeconds(8));
            }

            await Task.WhenAll(producing);
            await Wait.UntilAsync(() => total() >= (step + 1) * 4000, () => $"{total()} events after step {step}");
        }

        await Wait.UntilAsync(() => flows[1].IsIdle & flows[2].IsIdle, () => "not idle");
        await flows[1].StopAsync(TimeSpan.FromSeconds(8));
        await flows[2].StopAsync(TimeSpan.FromSeconds(8));
        var expected = Enumerable.Range(0, 4).SelectMany(partition => Enumerable.Range(0, perPartition).Select(n => $"{partition}-{n}"));
        Assert.That(sinks.SelectMany(sink => sink.Texts).Order(), Is.EqualTo(expected.Order()));
        for (var partition = 0; partition < 4; partition++)
        {
            Assert.That(KafkaGraph.Committed(_kafka.Bootstrap, group, topic, partition), Is.EqualTo(perPartition));
        }
    }

    [Test]
    public async Task A_pattern_finds_its_topics()
    {
        var first = await _kafka.NewTopicAsync(1);
        var second = await _kafka.NewTopicAsync(1);
        await KafkaGraph.ProduceAsync(_kafka.Bootstrap, first, 0, 10);
        await KafkaGraph.ProduceAsync(_kafka.Bootstrap, second, 0, 10);
        var sink = new Collected();
        var options = new KafkaSourceOptions
        {
            BootstrapServers = _kafka.Bootstrap,
            TopicsRegex = $"{first}|{second}",
            GroupId = _kafka.NewGroup(),
            Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "earliest" },
        };
        await using var graph = KafkaGraph.Flow(new KafkaSource(options, KafkaGraph.Context(ComponentKind.Source, "r1")), sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= 20, () => $"{sink.Events.Count} events");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Events.Select(e => e.Headers.TryGet("topic", out var topic) ? topic : null).Distinct(), Is.EquivalentTo([first, second]));
        Assert.That(Encoding.UTF8.GetString(sink.Events.First().Body.Span), Is.EqualTo("0-0"));
    }
}
