using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class UndecodableTopicTests
{
    private static readonly byte[] Datum = Convert.FromHexString("00046869"); // no headers, body "hi"

    [Test]
    public async Task The_offset_passes_an_undecodable_record_only_when_its_topic_has_it()
    {
        var kafka = RealKafkaSetUp.Kafka;
        var topic = await kafka.NewTopicAsync(1);
        var (group, undecodable) = (kafka.NewGroup(), $"{topic}-undecodable");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = undecodable, NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["max.message.bytes"] = "50" } }]); // too little for anything
        await KafkaGraph.ProduceAsync(kafka.Bootstrap, topic,
        [
            new() { Value = Datum },
            new() { Key = "k", Value = "no avro"u8.ToArray(), Timestamp = new Timestamp(1665129600000, TimestampType.CreateTime) },
            new() { Value = "neither"u8.ToArray() },
            new() { Value = Datum },
            new() { Value = "at the end"u8.ToArray() },
        ]);
        var logs = new RecordingLoggers();
        var sink = new Collected();
        var source = new KafkaSource(
            new KafkaSourceOptions
            {
                BootstrapServers = kafka.Bootstrap,
                Topics = [topic],
                GroupId = group,
                UseFlumeEventFormat = true,
                UndecodableTopic = undecodable,
                Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "earliest" },
            },
            KafkaGraph.Context(ComponentKind.Source, "r1", logs));
        await using var graph = KafkaGraph.Flow(source, sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Health[0].Problem?.Contains(undecodable, StringComparison.Ordinal) == true, () => $"{graph.Health[0].Problem}");
        await Wait.UntilAsync(() => KafkaGraph.Committed(kafka.Bootstrap, group, topic) == 1, () => "the first record is not committed");
        Assert.That(sink.Events, Has.Count.EqualTo(1), "those behind wait");
        await admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = undecodable }] =
                [new ConfigEntry { Name = "max.message.bytes", Value = "100000", IncrementalOperation = AlterConfigOpType.Set }],
        });
        await Wait.UntilAsync(() => graph.IsIdle && graph.Health[0].Problem is null, () => string.Join('\n', logs.Texts));
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EqualTo(["hi", "hi"]));
        Assert.That(KafkaGraph.Committed(kafka.Bootstrap, group, topic), Is.EqualTo(5));
        var records = KafkaGraph.Read(kafka.Bootstrap, undecodable, 3);
        Assert.That(records.Select(record => Encoding.UTF8.GetString(record.Message.Value!)), Is.EqualTo(["no avro", "neither", "at the end"]));
        Assert.That((records[0].Message.Key, records[0].Message.Timestamp.UnixTimestampMs), Is.EqualTo(("k", 1665129600000)));
        Assert.That(
            records[0].Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes())),
            Is.SupersetOf(new Dictionary<string, string> { ["topic"] = topic, ["partition"] = "0", ["offset"] = "1" }));
        Assert.That(records[0].Message.Headers.TryGetLastBytes(UndecodableRecords.Header, out var reason) && reason.Length > 0);
        Assert.That(logs.Texts.Count(line => line.Contains($"it goes to topic '{undecodable}'", StringComparison.Ordinal)), Is.EqualTo(1));
    }
}
