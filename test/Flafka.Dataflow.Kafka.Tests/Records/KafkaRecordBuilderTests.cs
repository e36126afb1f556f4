using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Records;

public class KafkaRecordBuilderTests
{
    [TestCase("static", "header1=x", ExpectedResult = "static")]
    [TestCase("%{header1}-topic", "header1=x", ExpectedResult = "x-topic")]
    [TestCase("%{header1}-topic", "header1=x topic=custom", ExpectedResult = "custom")]
    [TestCase("log.%Y", "timestamp=1735732800000", ExpectedResult = "log.2025")]
    [TestCase("log.%Y", "", ExpectedResult = "!")]
    [TestCase("%{missing}", "", ExpectedResult = "!")]
    [TestCase("100%", "", ExpectedResult = "100%")]
    public string The_topic_comes_from_the_header_or_the_escapes(string topic, string headers) => TopicOf(new KafkaSinkOptions { Topic = topic }, headers);

    [Test]
    public void An_event_without_the_time_that_its_topic_needs_is_told_what_gives_it_one()
    {
        New(new KafkaSinkOptions { Topic = "log.%Y" }).TryChooseTarget(FlumeEvent.FromText("x"), out _, out var problem);
        Assert.That(problem, Is.EqualTo(
            "Its topic cannot be told: It has no header 'timestamp'. Give every event what kafka.topic asks for, for the time by the interceptor 'timestamp'."));
    }

    [Test]
    public void Without_the_override_the_topic_is_literal() =>
        Assert.That(TopicOf(new KafkaSinkOptions { Topic = "%{header1}", AllowTopicOverride = false }, "header1=x topic=y"), Is.EqualTo("%{header1}"));

    [Test]
    public void The_names_of_this_machine_are_asked_for_once() =>
        Assert.That(TopicOf(new KafkaSinkOptions { Topic = "on-%[localhost]" }, ""), Is.EqualTo($"on-{System.Net.Dns.GetHostName()}"));

    // What belongs to each event is told anew, also when the next one has other values under the same names.
    [Test]
    public void Events_are_told_apart()
    {
        var builder = New(new KafkaSinkOptions { Topic = "%{a}" });
        Assert.That(new[] { "a=1", "a=2", "a=2", "a=1" }.Select(text => Topic(builder, text)), Is.EqualTo(["1", "2", "2", "1"]));
    }

    [TestCase(null, "", ExpectedResult = false)]
    [TestCase(null, "part=1", ExpectedResult = true)]
    [TestCase(0, "", ExpectedResult = true)]
    public bool A_partition_is_named_by_the_header_or_the_default(int? number, string headers) =>
        New(new KafkaSinkOptions { PartitionIdHeader = "part", DefaultPartitionId = number }).NamesPartition(FlumeEvent.FromText("x", Headers(headers)));

    private static string TopicOf(KafkaSinkOptions options, string headers) => Topic(New(options), headers);

    private static KafkaRecordBuilder New(KafkaSinkOptions options)
    {
        var builder = new KafkaRecordBuilder(options, static _ => { });
        builder.Prepare();
        return builder;
    }

    private static string Topic(KafkaRecordBuilder builder, string headers) =>
        builder.TryChooseTarget(FlumeEvent.FromText("x", Headers(headers)), out var target, out _) ? target.Topic : "!";

    private static EventHeaders Headers(string text) =>
        EventHeaders.Create([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]))]);
}
