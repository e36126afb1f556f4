using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class KafkaChannelTests
{
    private readonly RealKafka _kafka = RealKafkaSetUp.Kafka;

    [Test]
    public async Task Through_the_channel_every_event_comes_once_and_in_order()
    {
        const int count = 20_000;
        var topic = await _kafka.NewTopicAsync(1);
        var sink = new Collected();
        using var ledger = ReceiptLedger.Begin();
        await using var graph = Graph(topic, _kafka.NewGroup(), sink, new RereadingSource("s", count, () => 100));
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= count && graph.IsIdle, () => $"{sink.Events.Count} events, idle {graph.IsIdle}");
        var result = await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(result.Drained);
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, count).Select(n => $"s-{n}")));
    }

    [Test]
    public async Task A_sink_that_fails_now_and_then_gets_everything_in_order_and_the_next_agent_reads_on()
    {
        const int count = 3000;
        var topic = await _kafka.NewTopicAsync(1);
        var group = _kafka.NewGroup();
        var sink = new Collected(call => call is 3 or 7 ? new DeliveryException("broken") : null);
        await using (var first = Graph(topic, group, sink, new RereadingSource("s", count, () => 100)))
        {
            await first.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => sink.Events.Count >= 1500, () => $"{sink.Events.Count} events");
            await first.StopAsync(TimeSpan.FromSeconds(8));
        }

        await using (var second = Graph(topic, group, sink, null, isAvro: true))
        {
            await second.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => second.IsIdle, () => $"{sink.Events.Count} events");
            await second.StopAsync(TimeSpan.FromSeconds(8));
        }

        var expected = sink.Events.Count;
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, expected).Select(n => $"s-{n}")));
        Assert.That(KafkaGraph.Committed(_kafka.Bootstrap, group, topic), Is.EqualTo(expected));
    }

    [Test]
    public async Task Sinks_that_come_and_go_share_the_partitions_without_loss_or_doubles([Values("range", "cooperative-sticky")] string assignor)
    {
        var topic = await _kafka.NewTopicAsync(4);
        var group = _kafka.NewGroup();
        var sinks = new[] { new Collected(), new Collected() };
        await using var first = Graph(topic, group, sinks[0], null, assignor);
        await using var second = Graph(topic, group, sinks[1], null, assignor);
        await first.StartAsync(CancellationToken.None);
        var total = () => sinks.Sum(sink => sink.Events.Count);
        for (var step = 0; step < 3; step++)
        {
            var begin = step * 1000;
            var producing = Enumerable.Range(0, 4).Select(partition => KafkaGraph.ProduceAsync(_kafka.Bootstrap, topic, begin, 1000, partition)).ToArray();
            if (step == 1)
            {
                await second.StartAsync(CancellationToken.None);
            }
            else if (step == 2)
            {
                await first.StopAsync(TimeSpan.FromSeconds(8));
            }

            await Task.WhenAll(producing);
            await Wait.UntilAsync(() => total() >= (step + 1) * 4000, () => $"{total()} events after step {step}");
        }

        await second.StopAsync(TimeSpan.FromSeconds(8));
        var expected = Enumerable.Range(0, 4).SelectMany(partition => Enumerable.Range(0, 3000).Select(n => $"{partition}-{n}"));
        Assert.That(sinks.SelectMany(sink => sink.Texts).Order(), Is.EqualTo(expected.Order()));
    }

    [Test]
    public async Task Records_are_byte_equal_to_those_of_Flume()
    {
        var topic = await _kafka.NewTopicAsync(1);
        var channel = new KafkaChannel(Options(topic, _kafka.NewGroup()), KafkaGraph.Context(ComponentKind.Channel, "c1"));
        await channel.StartAsync(CancellationToken.None);
        var stored = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var batch = new EventBatch(
            [FlumeEvent.FromText("hi", EventHeaders.Create(("k", "v"))), FlumeEvent.FromText("hi"), FlumeEvent.FromText("x", EventHeaders.Create(("key", "a")))],
            Receipt.Create(stored.SetResult)) { SettleWhenStored = true };
        Assert.That(await channel.PutAsync(batch, PutMode.Wait, CancellationToken.None), Is.True);
        Assert.That((await stored.Task).IsDelivered);
        await channel.StopAsync(CancellationToken.None);
        var records = KafkaGraph.Read(_kafka.Bootstrap, topic, 3);
        Assert.That(records.Select(record => Convert.ToHexString(record.Message.Value!)), Is.EqualTo(["02026B027600046869", "00046869", "02066B65790261000278"]));
        Assert.That(records.Select(record => record.Message.Key), Is.EqualTo([null, null, "a"]));
    }

    private KafkaChannelOptions Options(string topic, string group, string assignor = "range", bool isAvro = true) => new()
    {
        BootstrapServers = _kafka.Bootstrap,
        Topic = topic,
        GroupId = group,
        ParseAsFlumeEvent = isAvro,
        Consumer = new Dictionary<string, string> { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "300", ["partition.assignment.strategy"] = assignor },
    };

    private AgentGraph Graph(string topic, string group, ISink sink, ISource? source, string assignor = "range", bool? isAvro = null)
    {
        var graph = new SimulatedGraph(AgentRuntime.System)
            .Channel("c1", new KafkaChannel(Options(topic, group, assignor, isAvro: isAvro ?? source is not null), KafkaGraph.Context(ComponentKind.Channel, "c1")))
            .Sink("k1", "c1", () => sink);
        return (source is null ? graph : graph.Source("r1", source, ("c1", false))).Build();
    }
}
