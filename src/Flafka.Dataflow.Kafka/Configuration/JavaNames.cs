using System.Collections.Frozen;

namespace Flafka.Dataflow.Kafka;

/// <summary>What differs between the settings of the Java clients, which Flume configurations use, and those of librdkafka.</summary>
internal static class JavaNames
{
    /// <summary>Java's name, then librdkafka's. Names that are equal are not listed.</summary>
    public static FrozenDictionary<string, string> Renamed { get; } = new Dictionary<string, string>
    {
        ["fetch.max.wait.ms"] = "fetch.wait.max.ms",
        ["receive.buffer.bytes"] = "socket.receive.buffer.bytes",
        ["send.buffer.bytes"] = "socket.send.buffer.bytes",
        ["metadata.max.age.ms"] = "topic.metadata.refresh.interval.ms",
        ["max.request.size"] = "message.max.bytes",
        ["ssl.truststore.certificates"] = "ssl.ca.pem",
        ["ssl.keystore.certificate.chain"] = "ssl.certificate.pem",
        ["ssl.keystore.key"] = "ssl.key.pem",
        ["socket.connection.setup.timeout.max.ms"] = "socket.connection.setup.timeout.ms",
        ["default.api.timeout.ms"] = "socket.timeout.ms",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Java's names that mean nothing here, and why.</summary>
    public static FrozenDictionary<string, string> WithoutMeaning { get; } = new Dictionary<string, string>
    {
        ["key.deserializer"] = "keys are text",
        ["value.deserializer"] = "values are bytes",
        ["key.serializer"] = "keys are text",
        ["value.serializer"] = "values are bytes",
        ["max.poll.records"] = "the size of a batch is batchSize",
        ["auto.commit.interval.ms"] = "offsets are committed when their events are delivered",
        ["enable.auto.commit"] = "offsets are committed when their events are delivered",
        ["enable.auto.offset.store"] = "offsets are committed when their events are delivered",
        ["exclude.internal.topics"] = "internal topics are never matched",
        ["interceptor.classes"] = "Java classes cannot be loaded",
        ["metric.reporters"] = "Java classes cannot be loaded",
        ["metrics.num.samples"] = "metrics are the agent's own",
        ["metrics.recording.level"] = "metrics are the agent's own",
        ["metrics.sample.window.ms"] = "metrics are the agent's own",
        ["ssl.protocol"] = "OpenSSL negotiates the protocol",
        ["ssl.enabled.protocols"] = "OpenSSL negotiates the protocol",
        ["ssl.provider"] = "there is no Java security provider",
        ["ssl.keymanager.algorithm"] = "there is no Java security provider",
        ["ssl.trustmanager.algorithm"] = "there is no Java security provider",
        ["ssl.secure.random.implementation"] = "there is no Java security provider",
        ["sasl.login.class"] = "Java classes cannot be loaded",
        ["sasl.client.callback.handler.class"] = "Java classes cannot be loaded",
        ["sasl.login.callback.handler.class"] = "Java classes cannot be loaded",
        ["security.providers"] = "there is no Java security provider",
        ["max.block.ms"] = "a full queue holds the sink back",
        ["delivery.timeout.ms"] = "an event in a channel never expires",
        ["message.timeout.ms"] = "an event in a channel never expires",
        ["client.dns.lookup"] = "every address of a name is tried",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Java's partitioners; the default of Java is murmur2 for records with a key.</summary>
    public static FrozenDictionary<string, string> Partitioners { get; } = new Dictionary<string, string>
    {
        ["org.apache.kafka.clients.producer.internals.DefaultPartitioner"] = "murmur2_random",
        ["org.apache.kafka.clients.producer.UniformStickyPartitioner"] = "random",
        ["org.apache.kafka.clients.producer.RoundRobinPartitioner"] = "random",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, string> Assignors { get; } = new Dictionary<string, string>
    {
        ["org.apache.kafka.clients.consumer.RangeAssignor"] = "range",
        ["org.apache.kafka.clients.consumer.RoundRobinAssignor"] = "roundrobin",
        ["org.apache.kafka.clients.consumer.CooperativeStickyAssignor"] = "cooperative-sticky",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
