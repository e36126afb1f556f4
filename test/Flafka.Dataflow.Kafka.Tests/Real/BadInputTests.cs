using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>What a user gets wrong: one line each, with the key to change, and the events stay in the channel.</summary>
[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class BadInputTests
{
    private readonly RealKafka _kafka = RealKafkaSetUp.Kafka;
    private readonly RecordingLoggers _logs = new();

    [Test]
    public async Task A_wrong_address()
    {
        const string wrong = "127.0.0.1:9";
        await AssertSinkKeepsAsync(
            new KafkaSinkOptions { BootstrapServers = wrong, Topic = "t" }, $"FLK6001: none of the brokers '{wrong}' answers",
            $"FLK6001: a1.sinks.k1 reaches none of the brokers '{wrong}'", "Its events are kept meanwhile. Start the broker or correct kafka.bootstrap.servers.");
        await AssertSourceSaysAsync(
            KafkaGraph.Source(wrong, "t", _kafka.NewGroup(), loggers: _logs), $"FLK6001: none of the brokers '{wrong}' answers",
            $"FLK6001: a1.sources.r1 reaches none of the brokers '{wrong}'", "Nothing is read meanwhile. Start the broker or correct kafka.bootstrap.servers.");
    }

    [Test]
    public async Task A_wrong_password([Values("PLAIN", "SCRAM-SHA-256")] string mechanism)
    {
        var topic = await _kafka.NewTopicAsync(1);
        var (servers, settings) = _kafka.Client("sasl", mechanism, password: "wrong");
        await AssertSinkKeepsAsync(
            new KafkaSinkOptions { BootstrapServers = servers, Topic = topic, Producer = settings }, $"FLK6002: the brokers '{servers}' refuse the login",
            $"FLK6002: The brokers '{servers}' refuse the login of a1.sinks.k1: ", "Its events are kept meanwhile. Correct kafka.producer.sasl.jaas.config");
        await AssertSourceSaysAsync(
            KafkaGraph.Source(servers, topic, _kafka.NewGroup(), loggers: _logs, consumer: [.. settings.Select(pair => (pair.Key, pair.Value))]),
            $"FLK6002: the brokers '{servers}' refuse the login", $"FLK6002: The brokers '{servers}' refuse the login of a1.sources.r1: ", "Correct kafka.consumer.sasl.jaas.config");
        Assert.That(_logs.Texts.Where(line => line.Contains("wrong", StringComparison.Ordinal)), Is.Empty, "the password");
    }

    [Test]
    public async Task A_topic_that_does_not_exist_where_brokers_make_none()
    {
        await AssertSinkKeepsAsync(
            new KafkaSinkOptions
            {
                BootstrapServers = _kafka.Bootstrap,
                Topic = "nowhere",
                Producer = new Dictionary<string, string> { ["topic.metadata.propagation.max.ms"] = "1000" },
            },
            "FLK6003: topic 'nowhere' does not exist and the brokers do not create it; create it or correct kafka.topic.",
            "a1.sinks.k1 failed; its events stay in the channel", "FLK6003: topic 'nowhere'");
        await AssertSourceSaysAsync(
            KafkaGraph.Source(_kafka.Bootstrap, "nowhere", _kafka.NewGroup(), loggers: _logs),
            "FLK6003: topic 'nowhere' does not exist and the brokers do not create it; create it or correct its name",
            "a1.sources.r1: FLK6003: topic 'nowhere'", "Nothing is read meanwhile.");
    }

    [Test]
    public async Task A_record_that_the_broker_does_not_take_and_those_behind_it_wait()
    {
        var topic = await _kafka.NewTopicAsync(1);
        var options = new KafkaSinkOptions
        {
            BootstrapServers = _kafka.Bootstrap,
            Topic = topic,
            Producer = new Dictionary<string, string> { ["max.request.size"] = "5000000" },
        };
        await AssertSinkKeepsAsync(
            options,
            $"FLK6004: an event of 2000000 bytes is larger than a record may be; raise max.message.bytes of topic '{topic}' and kafka.producer.max.request.size.",
            "FLK6301: a1.sinks.k1 can never write event", "events behind it wait", new byte[2_000_000]);
    }

    [Test]
    public async Task A_partition_that_does_not_exist()
    {
        var topic = await _kafka.NewTopicAsync(1);
        await AssertSinkKeepsAsync(
            new KafkaSinkOptions { BootstrapServers = _kafka.Bootstrap, Topic = topic, DefaultPartitionId = 7 },
            $"Topic '{topic}' has no partition 7; correct defaultPartitionId or the header that partitionIdHeader names.",
            "FLK6301: a1.sinks.k1 can never write event 0 of its batch", $"Topic '{topic}' has no partition 7");
    }

    private async Task AssertSinkKeepsAsync(KafkaSinkOptions options, string problem, string begin, string end, byte[]? first = null)
    {
        FlumeEvent[] events = [new FlumeEvent(first ?? "a"u8.ToArray()), .. Enumerable.Range(0, 20).Select(n => FlumeEvent.FromText($"b{n}"))];
        await using var graph = new SimulatedGraph(AgentRuntime.System, _logs)
            .Memory("c1", 1000)
            .Source("r1", new OneByOne(events), ("c1", false))
            .Sink("k1", "c1", () => KafkaGraph.Sink(options, _logs), options.BatchSize)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        var sink = graph.Health.Single(health => health.Id.Kind == ComponentKind.Sink);
        await Wait.UntilAsync(() => sink.Problem == problem, () => $"{sink.Problem}");
        Assert.That(graph.Channels[0].Statistics.Events, Is.Positive);
        await AssertOneLineAsync(begin, end);
        await graph.StopAsync(TimeSpan.FromMilliseconds(100));
    }

    private async Task AssertSourceSaysAsync(KafkaSource source, string problem, string begin, string end)
    {
        await using var graph = KafkaGraph.Flow(source, new Collected());
        await graph.StartAsync(CancellationToken.None);
        var health = graph.Health.Single(health => health.Id.Kind == ComponentKind.Source);
        await Wait.UntilAsync(() => health.Problem == problem, () => $"{health.Problem}");
        await AssertOneLineAsync(begin, end);
        await graph.StopAsync(TimeSpan.FromMilliseconds(100));
    }

    // The line is written right after health knows of the problem, so it may be a moment late.
    private async Task AssertOneLineAsync(string begin, string end)
    {
        string[] Lines() => [.. _logs.Texts.Where(line => line.Contains(begin, StringComparison.Ordinal))];
        await Wait.UntilAsync(() => Lines().Length > 0, () => string.Join('\n', _logs.Texts));
        Assert.That(Lines(), Has.One.Items.And.All.Contains(end).And.None.Contains("\n"), string.Join('\n', _logs.Texts));
    }

    private sealed class OneByOne(FlumeEvent[] events) : ISource
    {
        public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
        {
            foreach (var flumeEvent in events)
            {
                await output.SendAsync(new EventBatch([flumeEvent], Receipt.Create(static _ => { })), stopping);
            }
        }
    }
}
