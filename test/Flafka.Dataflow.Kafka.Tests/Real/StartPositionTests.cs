using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class StartPositionTests
{
    [Test]
    public async Task A_group_without_offsets_says_what_it_does_not_read_and_new_partitions_are_read_from_their_first_record()
    {
        var kafka = RealKafkaSetUp.Kafka;
        var topic = await kafka.NewTopicAsync(1);
        var group = kafka.NewGroup();
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 0, 50);
        var logs = new RecordingLoggers();
        var sink = new Collected();
        await using var graph = KafkaGraph.Flow(KafkaGraph.Source(kafka.Bootstrap, topic, group, loggers: logs, consumer: [("auto.offset.reset", "latest")]), sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.IsIdle, () => "not idle");
        Assert.That(logs.Texts.Count(line => line.Contains(
            $"Group '{group}' has no offset on '{topic}': starting at the end, 50 records are not read. Set kafka.consumer.auto.offset.reset = earliest to read them.", StringComparison.Ordinal)), Is.EqualTo(1));
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Bootstrap }).Build();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 2 }]);
        await Wait.UntilAsync(() => admin.GetMetadata(topic, TimeSpan.FromSeconds(5)).Topics[0].Partitions.Count == 2, () => "no second partition");
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 0, 20, partition: 1);
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 50, 1);
        await Wait.UntilAsync(() => sink.Events.Count >= 21, () => $"{sink.Events.Count} events");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts.Order(), Is.EqualTo(Enumerable.Range(0, 20).Select(n => $"1-{n}").Append("0-50").Order()));
    }
}
