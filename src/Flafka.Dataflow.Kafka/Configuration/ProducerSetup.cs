namespace Flafka.Dataflow.Kafka;

/// <summary>What the producers of sinks and channels have in common.</summary>
internal static class ProducerSetup
{
    /// <summary>What stands before the settings in a configuration.</summary>
    public const string Prefix = "kafka.producer.";

    private const long QueueBytes = 64 << 20;
    private const string QueueKilobytes = "queue.buffering.max.kbytes";

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
            .Default(QueueKilobytes, $"{QueueBytes / 1024}") // the library's own bound is 1 GiB, outside of the managed heap
            .Default("dotnet.producer.delivery.report.fields", "value");
        if (config.Settings.TryGetValue("message.max.bytes", out var most) && long.Parse(config.Settings[QueueKilobytes]) < long.Parse(most) / 512)
        {
            config.Force(QueueKilobytes, $"{long.Parse(most) / 512}"); // one that is larger than the queue would never find room
        }

        return acks is "all" or "-1"
            ? config.Default("enable.idempotence", "true")
            : config.Default("max.in.flight.requests.per.connection", "5"); // the Java client's; more would reorder more at a retry
    }
}
