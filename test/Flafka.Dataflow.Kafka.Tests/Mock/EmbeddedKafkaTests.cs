using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Mock;

[Category("Kafka")]
[Parallelizable(ParallelScope.All)]
public class EmbeddedKafkaTests
{
    [Test]
    public async Task A_sink_and_a_source_that_say_the_same_name_meet_and_the_limits_are_told_once()
    {
        const string servers = "embedded:meeting";
        var logs = new RecordingLoggers();
        var sink = new Collected();
        await using var graph = new SimulatedGraph(AgentRuntime.System)
            .Memory("c1", 1000)
            .Memory("c2", 1000)
            .Source("r1", new RereadingSource("s", 2000, () => 50), ("c1", true))
            .Source("r2", KafkaGraph.Source(servers, "meeting", "g", loggers: logs), ("c2", true))
            .Sink("k1", "c1", () => KafkaGraph.Sink(new KafkaSinkOptions { BootstrapServers = servers, Topic = "meeting" }, logs))
            .Sink("k2", "c2", () => sink)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= 2000 && graph.IsIdle, () => $"{sink.Events.Count} events, idle {graph.IsIdle}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EquivalentTo(Enumerable.Range(0, 2000).Select(n => $"s-{n}")));
        Assert.That(logs.Texts.Where(line => line.Contains("about 5 MB per partition", StringComparison.Ordinal)).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_topic_that_is_read_is_there_before_anything_is_written()
    {
        const string servers = "embedded:early";
        var logs = new RecordingLoggers();
        await using var graph = new SimulatedGraph(AgentRuntime.System)
            .Memory("c1", 1000)
            .Source("r1", KafkaGraph.Source(servers, "early", "g", loggers: logs), ("c1", true))
            .Sink("k1", "c1", () => new Collected())
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => logs.Texts.Any(line => line.Contains("early [[3]]", StringComparison.Ordinal)), () => string.Join(Environment.NewLine, logs.Texts));
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(logs.Texts.Where(line => line.Contains("FLK", StringComparison.Ordinal)), Is.Empty);
    }
}
