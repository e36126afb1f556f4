namespace Flafka.Dataflow.Kafka;

/// <summary>What the producers of sinks and channels have in common.</summary>
internal static class ProducerSetup
{
    /// <summary>What stands before the settings in a configuration.</summary>
    public const string Prefix = "kafka.producer.";

    /// <param name="given">The user's settings without their prefix.</param>
    /// <param name="servers">The brokers.</param>
    /// <param name="acks">Who must have a record before it counts as written.</param>
    public static ClientConfig Of(IReadOnlyDictionary<string, string> given, string servers, string acks)
    {
        var config = ClientConfigMapper.Map(given, Prefix, isProducer: true)
            .Force("bootstrap.servers", servers)
            .Force("acks", acks)
            .Force("message.timeout.ms", "0") // an event in a channel never expires
            .Default("partitioner", "murmur2_random") // the Java client's choice for a key
            .Default("linger.ms", "1")
            .Default("dotnet.producer.delivery.report.fields", "value");
        return acks is "all" or "-1"
            ? config.Default("enable.idempotence", "true")
            : config.Default("max.in.flight.requests.per.connection", "5"); // the Java client's; more would reorder more at a retry
    }
}
