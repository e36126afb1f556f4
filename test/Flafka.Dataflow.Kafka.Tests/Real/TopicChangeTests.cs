using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class TopicChangeTests
{
    [Test]
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
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Bootstrap }).Build())
        {
            await admin.DeleteTopicsAsync([topic]);
            await Task.Delay(TimeSpan.FromSeconds(secondsBetween), TimeProvider.System);
            await Wait.UntilAsync(() => TryCreate(admin, topic), () => "not made again");
        }

        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic, 100, 5);
        await Wait.UntilAsync(() => sink.Events.Count >= before + 5, () => $"{sink.Events.Count} events\n{string.Join('\n', logs.Texts)}");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts.Skip(before), Is.EqualTo(Enumerable.Range(100, 5).Select(n => $"0-{n}")));
    }

    private static bool TryCreate(IAdminClient admin, string topic)
    {
        try
        {
            admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
            return true;
        }
        catch (CreateTopicsException)
        {
            return false; // its deletion is still under way
        }
    }
}
