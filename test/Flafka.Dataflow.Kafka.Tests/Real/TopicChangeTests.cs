using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class TopicChangeTests
{
    [Test]
    [Pairwise]
    public async Task A_topic_that_is_deleted_and_made_again_is_read_from_its_first_record([Values(0, 3)] int secondsBetween, [Values(0, 10)] int before, [Values("range", "cooperative-sticky")] string assignor)
    {
        var kafka = RealKafkaSetUp.Kafka;
        var (topic, other) = (await kafka.NewTopicAsync(1), await kafka.NewTopicAsync(1));
        var logs = new RecordingLoggers();
        var sink = new Collected();
        await using var graph = KafkaGraph.Flow(KafkaGraph.Source(kafka.Bootstrap, $"{topic},{other}", kafka.NewGroup(), loggers: logs, consumer: [("partition.assignment.strategy", assignor)]), sink);
        await graph.StartAsync(CancellationToken.None);
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 0, before);
        await Wait.UntilAsync(() => sink.Events.Count == before && graph.IsIdle, () => $"{sink.Events.Count} events");
        await kafka.RemakeAsync(topic, TimeSpan.FromSeconds(secondsBetween));
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 100, 5);
        await Wait.UntilAsync(() => sink.Events.Count >= before + 5, () => $"{sink.Events.Count} events\n{string.Join('\n', logs.Texts)}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts.Skip(before), Is.EqualTo(Enumerable.Range(100, 5).Select(n => $"0-{n}")));
    }
}
