using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>Encryption and login with the settings of a Java client, as Flume's configurations have them.</summary>
[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class SecurityTests
{
    [TestCase("ssl", null)]
    [TestCase("sasl", "PLAIN")]
    [TestCase("sasl", "SCRAM-SHA-256")]
    [TestCase("sasl_ssl", "SCRAM-SHA-512")]
    [TestCase("sasl_ssl", "PLAIN")]
    public async Task Events_go_there_and_back(string listener, string? mechanism)
    {
        var kafka = RealKafkaSetUp.Kafka;
        RealKafkaSetUp.Servers(listener);
        var topic = await kafka.NewTopicAsync(1);
        var (servers, settings) = kafka.Client(listener, mechanism);
        var logs = new RecordingLoggers();
        var sink = new Collected();
        await using var graph = new SimulatedGraph(AgentRuntime.System, logs)
            .Memory("c1", 1000)
            .Channel("c2", new KafkaChannel(
                new KafkaChannelOptions { BootstrapServers = servers, Topic = topic, GroupId = kafka.NewGroup(), Consumer = settings, Producer = settings },
                KafkaGraph.Context(ComponentKind.Channel, "c2", logs)))
            .Source("r1", new RereadingSource("s", 100, () => 10), ("c1", true))
            .Source("r2", KafkaGraph.Source(servers, topic, kafka.NewGroup(), avro: true, loggers: logs, consumer: [.. settings.Select(pair => (pair.Key, pair.Value))]), ("c2", false))
            .Sink("k1", "c1", () => KafkaGraph.Sink(
                new KafkaSinkOptions { BootstrapServers = servers, Topic = topic, UseFlumeEventFormat = true, Producer = settings }, logs))
            .Sink("k2", "c2", () => sink)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= 200, () => $"{sink.Events.Count} events; {string.Join('\n', logs.Texts)}");
        await graph.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(sink.Texts.Distinct(), Is.EqualTo(Enumerable.Range(0, 100).Select(n => $"s-{n}")));
        Assert.That(logs.Texts.Where(line => line.Contains(RealKafka.Password, StringComparison.Ordinal)), Is.Empty, "the password");
    }

    [Test]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        var kafka = RealKafkaSetUp.Kafka;
        var servers = RealKafkaSetUp.Servers("ssl");
        var logs = new RecordingLoggers();
        await using var graph = KafkaGraph.Flow(
            KafkaGraph.Source(servers, await kafka.NewTopicAsync(1), kafka.NewGroup(), loggers: logs, consumer: [("security.protocol", "SSL")]), new Collected());
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Health[0].Problem is not null, () => "no problem told");
        Assert.That(logs.Texts.Single(line => line.Contains("FLK6001: a1.sources.r1", StringComparison.Ordinal)), Does.Contain("certificate verify failed"));
        await graph.StopAsync(TimeSpan.FromMilliseconds(100));
    }
}
