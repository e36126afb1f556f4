using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Configuration;

public class KafkaOptionsTests
{
    [Test]
    public void A_source_of_Flume_is_understood()
    {
        var (options, diagnostics) = Source("""
            a1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource
            a1.sources.r1.kafka.bootstrap.servers = real:9092
            a1.sources.r1.kafka.topics = test1, test2
            a1.sources.r1.kafka.consumer.group.id = X
            a1.sources.r1.kafka.consumer.auto.offset.reset = earliest
            a1.sources.r1.kafka.consumer.bootstrap.servers = bad
            a1.sources.r1.batchSize = 50
            a1.sources.r1.header.corr.id = FLUME_CORRELATOR
            """);
        Assert.That(diagnostics, Is.Empty);
        Assert.That(options!.Topics, Is.EqualTo(["test1", "test2"]));
        Assert.That(options.Subscription(), Is.EqualTo(["test1", "test2"]));
        Assert.That(options.GroupId, Is.EqualTo("X"));
        Assert.That(options.Consumer, Is.EquivalentTo(new Dictionary<string, string> { ["auto.offset.reset"] = "earliest", ["bootstrap.servers"] = "bad" }));
        Assert.That(options.Headers, Is.EquivalentTo(new Dictionary<string, string> { ["corr.id"] = "FLUME_CORRELATOR" }));
    }

    [Test]
    public void The_defaults_of_a_source_are_those_of_Flume()
    {
        var (options, _) = Source("""
            a1.sources.r1.type = kafka
            a1.sources.r1.kafka.bootstrap.servers = h:9092
            a1.sources.r1.kafka.topics.regex = ^stream[0-9]$
            a1.sources.r1.kafka.topics = ignored
            """);
        Assert.That(options!.GroupId, Is.EqualTo("flume"));
        Assert.That(options.BatchSize, Is.EqualTo(1000));
        Assert.That(options.BatchDuration, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(options.SetTopicHeader);
        Assert.That(options.TopicHeader, Is.EqualTo("topic"));
        Assert.That(options.Subscription(), Is.EqualTo(["^(stream[0-9])$"]));
    }

    [Test]
    public void Old_keys_of_a_source_are_taken_with_a_warning()
    {
        var (options, diagnostics) = Source("""
            a1.sources.r1.type = kafka
            a1.sources.r1.kafka.bootstrap.servers = h:9092
            a1.sources.r1.topic = old.topic
            a1.sources.r1.groupId = old.groupId
            a1.sources.r1.zookeeperConnect = z:2181
            """);
        Assert.That(options!.Topics, Is.EqualTo(["old.topic"]));
        Assert.That(options.GroupId, Is.EqualTo("old.groupId"));
        Assert.That(diagnostics.Order(), Is.EqualTo(
        [
            "Info FLK5002 a1.sources.r1.zookeeperConnect: has no meaning here: brokers are asked directly; set kafka.bootstrap.servers",
            "Warning FLK5001 a1.sources.r1.groupId: is an old spelling of 'kafka.consumer.group.id'",
            "Warning FLK5001 a1.sources.r1.topic: is an old spelling of 'kafka.topics'",
        ]));
    }

    [TestCase("", "a1.sources.r1.kafka.bootstrap.servers: is required and missing")]
    [TestCase("a1.sources.r1.kafka.bootstrap.servers = h:1", "no topic is named; set kafka.topics = NAME, or kafka.topics.regex")]
    [TestCase("a1.sources.r1.kafka.bootstrap.servers = h:1\na1.sources.r1.kafka.topics.regex = (", "'(' is not a regular expression")]
    [TestCase("a1.sources.r1.kafka.bootstrap.servers = h:1\na1.sources.r1.kafka.topics = t\na1.sources.r1.batchSize = 0", "'0' is out of range: it must be 1 or more")]
    public void A_mistake_in_a_source_is_an_error(string lines, string message)
    {
        var (options, diagnostics) = Source("a1.sources.r1.type = kafka\n" + lines);
        Assert.That(options, Is.Null);
        Assert.That(diagnostics, Has.One.Contains(message).And.StartsWith("Error"));
    }

    [Test]
    public void A_sink_of_Flume_is_understood()
    {
        var (options, diagnostics) = Sink("""
            a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink
            a1.sinks.k1.brokerList = h:9092
            a1.sinks.k1.topic = old
            a1.sinks.k1.batchSize = 20
            a1.sinks.k1.requiredAcks = -1
            a1.sinks.k1.kafka.producer.compression.type = lz4
            a1.sinks.k1.header.mine = theirs
            """);
        Assert.That(options!.BootstrapServers, Is.EqualTo("h:9092"));
        Assert.That(options.Topic, Is.EqualTo("old"));
        Assert.That(options.BatchSize, Is.EqualTo(20));
        Assert.That(options.Acks, Is.EqualTo("-1"));
        Assert.That(options.Producer, Is.EquivalentTo(new Dictionary<string, string> { ["compression.type"] = "lz4" }));
        Assert.That(options.Headers, Is.EquivalentTo(new Dictionary<string, string> { ["mine"] = "theirs" }));
        Assert.That(diagnostics, Has.Count.EqualTo(4).And.All.StartsWith("Warning FLK5001"));
    }

    [Test]
    public void The_defaults_of_a_sink_are_those_of_Flume()
    {
        var (options, diagnostics) = Sink("a1.sinks.k1.type = kafka\na1.sinks.k1.kafka.bootstrap.servers = h:9092");
        Assert.That(diagnostics, Is.Empty);
        Assert.That((options!.Topic, options.BatchSize, options.Acks, options.AllowTopicOverride, options.TopicHeader, options.UseFlumeEventFormat),
            Is.EqualTo(("default-flume-topic", 100, "1", true, "topic", false)));
    }

    [Test]
    public void Acks_of_no_meaning_are_an_error()
    {
        var (options, diagnostics) = Sink("a1.sinks.k1.type = kafka\na1.sinks.k1.kafka.bootstrap.servers = h:9092\na1.sinks.k1.kafka.producer.acks = 2");
        Assert.That(options, Is.Null);
        Assert.That(diagnostics.Single(), Does.EndWith("a1.sinks.k1.kafka.producer.acks: must be 0, 1, all or -1"));
    }

    [Test]
    public void Transactions_are_answered_and_not_ignored()
    {
        var (options, diagnostics) = Sink("a1.sinks.k1.type = kafka\na1.sinks.k1.kafka.bootstrap.servers = h:9092\na1.sinks.k1.kafka.producer.transactional.id = x");
        Assert.That(options, Is.Null);
        Assert.That(diagnostics.Single(), Is.EqualTo(
            "Error FLK2010 a1.sinks.k1.kafka.producer: kafka.producer.transactional.id is not available in this version: records are written without a transaction; remove the key (enable.idempotence keeps retries from writing twice)"));
    }

    private static (KafkaSourceOptions? Options, IReadOnlyList<string> Diagnostics) Source(string lines)
    {
        var (options, diagnostics) = CompiledPlan.Options(
            "a1.sources = r1\na1.channels = c1\na1.sinks = k1\na1.sources.r1.channels = c1\n" + lines + """

            a1.channels.c1.type = memory
            a1.channels.c1.capacity = 10000
            a1.channels.c1.transactionCapacity = 1000
            a1.sinks.k1.type = null
            a1.sinks.k1.channel = c1
            """, "r1", typeof(KafkaSource).Assembly);
        return ((KafkaSourceOptions?)options, diagnostics);
    }

    private static (KafkaSinkOptions? Options, IReadOnlyList<string> Diagnostics) Sink(string lines)
    {
        var (options, diagnostics) = CompiledPlan.Options(
            "a1.sources = r1\na1.channels = c1\na1.sinks = k1\na1.sources.r1.channels = c1\na1.sinks.k1.channel = c1\n" + lines + """

            a1.channels.c1.type = memory
            a1.channels.c1.capacity = 10000
            a1.sources.r1.type = kafka
            a1.sources.r1.kafka.bootstrap.servers = h:9092
            a1.sources.r1.kafka.topics = t
            a1.sources.r1.batchSize = 100
            """, "k1", typeof(KafkaSink).Assembly);
        return ((KafkaSinkOptions?)options, diagnostics);
    }
}
