using Confluent.Kafka;
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

    /// <summary>What the loop relies on: only a commit that comes after a topic was made again can do harm.</summary>
    [Test]
    public async Task Brokers_forget_the_offsets_of_a_deleted_topic_and_take_none_before_it_is_made_again()
    {
        var kafka = RealKafkaSetUp.Kafka;
        var (topic, group) = (await kafka.NewTopicAsync(1), kafka.NewGroup());
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = kafka.Bootstrap, GroupId = group }).Build();
        var offset = new TopicPartitionOffset(topic, 0, 5);
        consumer.Commit([offset]);
        Assert.That(KafkaGraph.Committed(kafka.Bootstrap, group, topic), Is.EqualTo(5));
        var refusals = new HashSet<ErrorCode>();
        await kafka.RemakeAsync(topic, TimeSpan.FromSeconds(1), whileGone: () => refusals.Add(Assert.Throws<KafkaException>(() => consumer.Commit([offset]))!.Error.Code));
        Assert.That(refusals, Is.EqualTo([ErrorCode.UnknownTopicOrPart]));
        await Wait.UntilAsync(() => KafkaGraph.Committed(kafka.Bootstrap, group, topic) == Offset.Unset, () => "not forgotten");
    }
}
