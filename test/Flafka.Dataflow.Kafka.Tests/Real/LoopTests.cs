using System.Collections.Immutable;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>From Kafka to Kafka: the header that the source sets does not send events back to where they came from.</summary>
[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class LoopTests
{
    private readonly RealKafka _kafka = RealKafkaSetUp.Kafka;
    private readonly RecordingLoggers _logs = new();

    [Test]
    public async Task On_one_cluster_the_configured_topic_wins([Values] bool isOtherName, [Values] bool isPattern)
    {
        var (from, to) = (await _kafka.NewTopicAsync(1), await _kafka.NewTopicAsync(1));
        var source = new KafkaSourceOptions
        {
            BootstrapServers = isOtherName ? _kafka.Bootstrap.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) : _kafka.Bootstrap,
            Topics = isPattern ? [] : [from],
            TopicsRegex = isPattern ? $"{from}|never" : null,
            GroupId = _kafka.NewGroup(),
            Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "earliest" },
        };
        await RunAsync(source, from, to);
        Assert.That(_kafka.End(from), Is.EqualTo(50));
        Assert.That(_kafka.End(to), Is.EqualTo(50));
        Assert.That(_logs.Texts.Count(line => line.Contains($"header 'topic' of its events names '{from}'", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Across_clusters_the_header_wins()
    {
        const string other = "embedded:across-clusters";
        var (from, to) = (await _kafka.NewTopicAsync(1), await _kafka.NewTopicAsync(1));
        var source = new KafkaSourceOptions
        {
            BootstrapServers = other,
            Topics = [from],
            GroupId = _kafka.NewGroup(),
            Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "earliest" },
        };
        await RunAsync(source, from, to);
        Assert.That(_kafka.End(from), Is.EqualTo(50));
        Assert.That(_kafka.End(to), Is.Zero);
    }

    private async Task RunAsync(KafkaSourceOptions source, string from, string to)
    {
        await KafkaGraph.ProduceAsync(EmbeddedKafka.Resolve(source.BootstrapServers, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), from, 0, 50);
        var sink = new KafkaSinkOptions { BootstrapServers = _kafka.Bootstrap, Topic = to };
        await using var graph = new SimulatedGraph(AgentRuntime.System, _logs)
            .Memory("c1", 1000)
            .Source("r1", new KafkaSource(source, KafkaGraph.Context(ComponentKind.Source, "r1")), ("c1", true))
            .Sink("k1", "c1", () => new KafkaSink(sink, KafkaGraph.Context(ComponentKind.Sink, "k1", _logs) with { Upstream = [source] }))
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.IsIdle, () => string.Join('\n', _logs.Texts));
        await graph.StopAsync(TimeSpan.FromSeconds(8));
    }
}
