using System.Collections.Immutable;
using Flafka.Dataflow.Components.Serialization.Avro;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Mock;

[Category("Kafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class KafkaSinkTests
{
    private static readonly string Servers = MockKafka.Bootstrap;

    private static AgentGraph Flow(ISource source, KafkaSinkOptions options, Microsoft.Extensions.Logging.ILoggerFactory? loggers = null, int capacity = 1000) =>
        new SimulatedGraph(AgentRuntime.System)
            .Memory("c1", capacity)
            .Source("r1", source, ("c1", true))
            .Sink("k1", "c1", () => KafkaGraph.Sink(options, loggers), options.BatchSize)
            .Build();

    [Test]
    public async Task Every_event_is_confirmed_once_and_order_holds()
    {
        var topic = MockKafka.NewTopic();
        var source = new RereadingSource("s", 5000, () => 37);
        await using var graph = Flow(source, new KafkaSinkOptions { BootstrapServers = Servers, Topic = topic });
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.IsFinished, () => $"at {source.Position}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        var records = KafkaGraph.Read(Servers, topic, 5000);
        Assert.That(records.Select(record => System.Text.Encoding.UTF8.GetString(record.Message.Value!)), Is.EqualTo(Enumerable.Range(0, 5000).Select(n => $"s-{n}")));
    }

    [Test]
    public async Task Topic_key_partition_time_and_headers_come_from_the_event()
    {
        var topic = MockKafka.NewTopic(2);
        var other = MockKafka.NewTopic();
        var options = new KafkaSinkOptions
        {
            BootstrapServers = Servers,
            Topic = topic,
            PartitionIdHeader = "part",
            DefaultPartitionId = 0,
            TimestampHeader = "time",
            Headers = ImmutableDictionary<string, string>.Empty.Add("mine", "theirs"),
        };
        await DeliverAsync(
            options,
            FlumeEvent.FromText("a", EventHeaders.Create(("part", "1"), ("time", "1665129600000"), ("key", "k"), ("mine", "wört"))),
            FlumeEvent.FromText("b"),
            FlumeEvent.FromText("c", EventHeaders.Create(("topic", other), ("time", "soon"))));
        var records = KafkaGraph.Read(Servers, topic, 2, partitions: 2).OrderBy(record => record.Partition.Value).ToArray();
        Assert.That(records[0].Message.Value, Is.EqualTo("b"u8.ToArray()));
        Assert.That(records[0].Message.Key, Is.Null);
        Assert.That(records[1].Partition.Value, Is.EqualTo(1));
        Assert.That(records[1].Message.Key, Is.EqualTo("k"));
        Assert.That(records[1].Message.Timestamp.UnixTimestampMs, Is.EqualTo(1665129600000));
        Assert.That(records[1].Message.Headers.TryGetLastBytes("theirs", out var header) && header.AsSpan().SequenceEqual("wört"u8));
        Assert.That(KafkaGraph.Read(Servers, other, 1).Single().Message.Value, Is.EqualTo("c"u8.ToArray()));
    }

    [Test]
    public async Task The_Flume_event_format_keeps_all_headers()
    {
        var topic = MockKafka.NewTopic();
        await DeliverAsync(
            new KafkaSinkOptions { BootstrapServers = Servers, Topic = topic, AllowTopicOverride = false, UseFlumeEventFormat = true },
            FlumeEvent.FromText("hello", EventHeaders.Create(("k", "v"), ("topic", "elsewhere"))));
        var value = KafkaGraph.Read(Servers, topic, 1).Single().Message.Value;
        Assert.That(new AvroEventDecoder().Decode(value).Headers.ToString(), Is.EqualTo("{k=v, topic=elsewhere}"));
    }

    [Test]
    public async Task An_event_that_can_never_be_written_is_named_and_those_before_it_are_delivered()
    {
        var topic = MockKafka.NewTopic();
        var options = new KafkaSinkOptions { BootstrapServers = Servers, Topic = topic, PartitionIdHeader = "part" };
        var graph = Flow(
            new FixedSource(FlumeEvent.FromText("a"), FlumeEvent.FromText("b", EventHeaders.Create(("part", "two"))), FlumeEvent.FromText("c")), options);
        await using (graph)
        {
            await graph.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => graph.Health.Any(health => health.Problem?.Contains("partition 'two'", StringComparison.Ordinal) == true), () => "not named");
            Assert.That(KafkaGraph.Read(Servers, topic, 1).Single().Message.Value, Is.EqualTo("a"u8.ToArray()));
            Assert.That(graph.Channels[0].Statistics.Events, Is.EqualTo(2));
            await graph.StopAsync(TimeSpan.FromSeconds(1));
        }
    }

    [Test]
    public async Task A_record_that_is_too_large_is_named_with_the_keys_to_change()
    {
        var topic = MockKafka.NewTopic();
        var options = new KafkaSinkOptions
        {
            BootstrapServers = Servers,
            Topic = topic,
            Producer = new Dictionary<string, string> { ["max.request.size"] = "2000" },
        };
        await using var graph = Flow(new FixedSource(FlumeEvent.FromText("a"), new FlumeEvent(new byte[5000])), options);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(
            () => graph.Health.Any(health => health.Problem?.StartsWith("FLK6004: an event of 5000 bytes", StringComparison.Ordinal) == true),
            () => string.Join("; ", graph.Health.Select(health => health.Problem)));
        await graph.StopAsync(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task Without_brokers_the_sink_lives_says_so_and_delivers_when_they_come()
    {
        using var cluster = new MockCluster();
        cluster.CreateTopic("t", 1);
        cluster.SetUp(false);
        var logs = new RecordingLoggers();
        var source = new RereadingSource("s", 300, () => 10);
        await using var graph = Flow(source, new KafkaSinkOptions { BootstrapServers = cluster.Bootstrap, Topic = "t" }, logs);
        await graph.StartAsync(CancellationToken.None);
        var health = graph.Health.Single(item => item.Id.Kind == ComponentKind.Sink);
        await Wait.UntilAsync(() => health.Problem is not null, () => "no problem told");
        Assert.That(health.Problem, Is.EqualTo($"FLK6001: none of the brokers '{cluster.Bootstrap}' answers"));
        Assert.That(health.State, Is.EqualTo(ComponentState.Failing));
        await Wait.UntilAsync(() => graph.Channels[0].Statistics.Events == 300, () => $"{graph.Channels[0].Statistics}");
        Assert.That(source.Position, Is.Zero);
        cluster.SetUp(true);
        await Wait.UntilAsync(() => graph.IsFinished && health.Problem is null, () => $"at {source.Position}, {health.Problem}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(KafkaGraph.Read(cluster.Bootstrap, "t", 300), Has.Count.EqualTo(300));
        Assert.That(logs.Texts.Count(line => line.Contains("FLK6001: a1.sinks.k1 reaches none", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stop_without_brokers_ends_in_time_and_gives_everything_back()
    {
        using var ledger = ReceiptLedger.Begin();
        var source = new RereadingSource("s", 300, () => 10);
        await using var graph = Flow(source, new KafkaSinkOptions { BootstrapServers = "127.0.0.1:1", Topic = "t" });
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Health.Any(item => item.Problem is not null), () => "no problem told");
        var result = await graph.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(result.Drained);
        Assert.That(source.Position, Is.Zero);
        ledger.AssertNoneOpen();
    }

    private static async Task DeliverAsync(KafkaSinkOptions options, params FlumeEvent[] events)
    {
        await using var graph = Flow(new FixedSource(events), options);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.IsFinished, () => string.Join("; ", graph.Health.Select(health => health.Problem)));
        await graph.StopAsync(TimeSpan.FromSeconds(8));
    }

    private sealed class FixedSource(params FlumeEvent[] events) : ISource
    {
        public async Task RunAsync(ISourceOutput output, CancellationToken stopping) =>
            await output.SendAsync(new EventBatch([.. events], Receipt.Create(static _ => { })), stopping);
    }
}
