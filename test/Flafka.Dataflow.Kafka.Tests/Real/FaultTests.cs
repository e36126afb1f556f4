using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>The broker itself fails: these tests have it to themselves.</summary>
[Category("RealKafka")]
[NonParallelizable]
public class FaultTests
{
    [Test]
    public async Task After_a_restart_of_the_broker_a_topic_that_is_made_again_is_read_from_its_first_record()
    {
        var kafka = RealKafkaSetUp.Kafka;
        var (topic, other) = (await kafka.NewTopicAsync(1), await kafka.NewTopicAsync(1));
        var logs = new RecordingLoggers();
        var sinks = new[] { new Collected(), new Collected() };
        var options = new KafkaChannelOptions { BootstrapServers = kafka.Bootstrap, Topic = topic, GroupId = kafka.NewGroup(), ParseAsFlumeEvent = false };
        await using var source = KafkaGraph.Flow(KafkaGraph.Source(kafka.Bootstrap, $"{topic},{other}", kafka.NewGroup(), loggers: logs), sinks[0]);
        await using var channel = new SimulatedGraph(AgentRuntime.System)
            .Channel("c1", new KafkaChannel(options, KafkaGraph.Context(ComponentKind.Channel, "c1", logs)))
            .Sink("k1", "c1", () => sinks[1])
            .Build();
        await source.StartAsync(CancellationToken.None);
        await channel.StartAsync(CancellationToken.None);
        await ProduceAsync(0, 10);
        kafka.Kill();
        kafka.Restart();
        await ProduceAsync(10, 10);
        await kafka.RemakeAsync(topic, TimeSpan.FromSeconds(2));
        await ProduceAsync(100, 5);
        await source.StopAsync(TimeSpan.FromSeconds(8));
        await channel.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(logs.Texts.Count(line => line.Contains($"topic '{topic}' was deleted and made again", StringComparison.Ordinal)), Is.EqualTo(2));

        async Task ProduceAsync(int first, int count)
        {
            await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, first, count);
            var expected = Enumerable.Range(first, count).Select(n => $"0-{n}").ToArray();
            await Wait.UntilAsync(
                () => Array.TrueForAll(sinks, sink => expected.All(sink.Texts.Contains)) && source.IsIdle && channel.IsIdle,
                () => $"{first}: {string.Join(" and ", sinks.Select(sink => sink.Events.Count))} events\n{string.Join('\n', logs.Texts)}");
        }
    }
}
