using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Configuration;

public class ClientConfigMapperTests
{
    private static ClientConfig Map(bool isProducer, params (string Name, string Value)[] given) => ClientConfigMapper.Map(
        given.ToDictionary(pair => pair.Name, pair => pair.Value), isProducer ? "kafka.producer." : "kafka.consumer.", isProducer);

    [TestCase(false, "session.timeout.ms", "9000", "session.timeout.ms", "9000")]
    [TestCase(false, "auto.offset.reset", "none", "auto.offset.reset", "error")]
    [TestCase(false, "auto.offset.reset", "earliest", "auto.offset.reset", "earliest")]
    [TestCase(false, "fetch.max.wait.ms", "50", "fetch.wait.max.ms", "50")]
    [TestCase(false, "request.timeout.ms", "5000", "socket.timeout.ms", "5000")]
    [TestCase(true, "request.timeout.ms", "5000", "request.timeout.ms", "5000")]
    [TestCase(true, "buffer.memory", "33554432", "queue.buffering.max.kbytes", "32768")]
    [TestCase(true, "max.request.size", "2000000", "message.max.bytes", "2000000")]
    [TestCase(true, "compression.type", "lz4", "compression.type", "lz4")]
    [TestCase(true, "batch.size", "65536", "batch.size", "65536")]
    [TestCase(true, "partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner", "partitioner", "random")]
    [TestCase(false, "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor", "partition.assignment.strategy", "range")]
    [TestCase(false, "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor", "partition.assignment.strategy", "cooperative-sticky")]
    [TestCase(false, "ssl.endpoint.identification.algorithm", "", "ssl.endpoint.identification.algorithm", "none")]
    [TestCase(false, "ssl.disableTLSHostnameVerification", "true", "ssl.endpoint.identification.algorithm", "none")]
    [TestCase(false, "ssl.truststore.location", "/etc/ca.pem", "ssl.ca.location", "/etc/ca.pem")]
    [TestCase(false, "security.protocol", "SASL_SSL", "security.protocol", "SASL_SSL")]
    [TestCase(false, "socket.nagle.disable", "true", "socket.nagle.disable", "true")]
    public void A_setting_gets_the_name_and_value_of_librdkafka(bool isProducer, string name, string value, string mapped, string expected)
    {
        var config = Map(isProducer, (name, value));
        Assert.That(config.Warnings, Is.Empty);
        Assert.That(config.Settings, Is.EquivalentTo(new Dictionary<string, string> { [mapped] = expected }));
    }

    [TestCase("fake.property", "v", "kafka.consumer.fake.property is not known to the Kafka client and is not passed on.")]
    [TestCase("max.poll.records", "500", "kafka.consumer.max.poll.records has no meaning here: the size of a batch is batchSize.")]
    [TestCase("enable.auto.commit", "true", "kafka.consumer.enable.auto.commit has no meaning here: offsets are committed when their events are delivered.")]
    [TestCase("session.timeout.ms", "soon", "kafka.consumer.session.timeout.ms: the Kafka client refuses 'soon' and its default holds: Invalid value for configuration property \"session.timeout.ms\".")]
    [TestCase("transactional.id", "x", "FLK2010: kafka.consumer.transactional.id is not supported yet and is not passed on: records are written without a transaction.")]
    [TestCase("sasl.jaas.config", "nonsense", "kafka.consumer.sasl.jaas.config cannot be read. Expected: MODULE required username=\"...\" password=\"...\";")]
    public void What_is_not_passed_on_is_a_warning(string name, string value, string warning)
    {
        var config = Map(false, (name, value));
        Assert.That(config.Warnings, Is.EqualTo([warning]));
        Assert.That(config.Settings, Is.Empty);
    }

    [TestCase("ssl.truststore.location")]
    [TestCase("ssl.keystore.location")]
    public void A_Java_key_store_is_explained(string name)
    {
        var config = Map(false, (name, "/etc/kafka.jks"));
        Assert.That(config.Warnings.Single(), Does.StartWith($"kafka.consumer.{name}: '/etc/kafka.jks' is a Java key store").And.Contains("keytool"));
        Assert.That(config.Settings, Is.Empty);
    }

    [Test]
    public void A_key_store_goes_by_its_type()
    {
        var pem = Map(false, ("ssl.keystore.location", "/etc/keys"), ("ssl.keystore.type", "PEM"));
        Assert.That(pem.Settings.Keys, Is.EquivalentTo(["ssl.certificate.location", "ssl.key.location"]));
        var pkcs = Map(false, ("ssl.keystore.location", "/etc/keys.p12"), ("ssl.keystore.password", "s3cret"));
        Assert.That(pkcs.Settings.Keys, Is.EquivalentTo(["ssl.keystore.location", "ssl.keystore.password"]));
    }

    [Test]
    public void The_login_of_a_Java_client_is_taken_over()
    {
        var config = Map(
            false, ("sasl.mechanism", "SCRAM-SHA-256"),
            ("sasl.jaas.config", """org.apache.kafka.common.security.scram.ScramLoginModule required username="al\"ice" password="p w;=x";"""));
        Assert.That(config.Warnings, Is.Empty);
        Assert.That(config.Settings["sasl.username"], Is.EqualTo("al\"ice"));
        Assert.That(config.Settings["sasl.password"], Is.EqualTo("p w;=x"));
    }

    [Test]
    public void Serializers_as_Flume_sets_them_need_no_word() =>
        Assert.That(Map(true, ("key.serializer", "org.apache.kafka.common.serialization.StringSerializer")).Warnings, Is.Empty);

    [Test]
    public void Secrets_are_masked_wherever_settings_are_shown()
    {
        var config = Map(false, ("sasl.password", "geheim"), ("ssl.key.password", "geheim"), ("client.id", "me"));
        Assert.That(config.Describe(), Is.EqualTo("client.id=me, sasl.password=***, ssl.key.password=***"));
    }

    [TestCase("^stream[0-9]$", "stream1", true)]
    [TestCase("topic[0-9]", "topic10", false)]
    [TestCase("a|b", "b", true)]
    [TestCase("a|b", "ab", false)]
    [TestCase("x\\d(?:y)", "x1y", true)]
    public void A_pattern_matches_whole_names(string regex, string topic, bool matches)
    {
        var pattern = TopicPattern.Of(regex);
        Assert.That(pattern, Does.StartWith("^").And.Not.Contains("\\d").And.Not.Contains("(?:"));
        Assert.That(System.Text.RegularExpressions.Regex.IsMatch(topic, pattern), Is.EqualTo(matches));
    }

    /// <summary>The library's own bound is 1 GiB outside of the managed heap. A record that is larger than the bound would never find room.</summary>
    [TestCase("", ExpectedResult = "65536")]
    [TestCase("max.request.size=100000000", ExpectedResult = "195312")]
    [TestCase("buffer.memory=33554432", ExpectedResult = "32768")]
    [TestCase("queue.buffering.max.kbytes=1000 max.request.size=100000000", ExpectedResult = "195312")]
    public string The_queue_of_a_producer_is_bounded_in_bytes(string given) => ProducerSetup.Of(
        new ProducerRequest("h:1", given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]), "1"), "h:1")
        .Settings["queue.buffering.max.kbytes"];

    [Test]
    public void An_undecodable_record_may_be_as_large_as_a_consumer_reads() => Assert.That(
        ProducerSetup.Of(UndecodableTopic.Request(new KafkaSourceOptions()), "h:1").Settings["message.max.bytes"], Is.EqualTo("100000000"));
}
