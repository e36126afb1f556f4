namespace Flafka.Dataflow.Kafka;

/// <summary>What the producers of sinks and channels have in common.</summary>
internal static class ProducerSetup
{
    private const long QueueBytes = 64 << 20;
    private const string QueueKilobytes = "queue.buffering.max.kbytes";

    /// <param name="request">What the producer is for.</param>
    /// <param name="servers">The brokers.</param>
    public static ClientConfig Of(ProducerRequest request, string servers)
    {
        var config = ClientConfigMapper.Map(request.Given, request.Prefix, isProducer: true)
            .Force("bootstrap.servers", servers)
            .Force("acks", request.Acks)
            .Force("message.timeout.ms", "0") // an event in a channel never expires
            .Default("partitioner", "murmur2_random") // the Java client's choice for a key
            .Default("linger.ms", "1")
            .Default(QueueKilobytes, $"{QueueBytes / 1024}") // the library's own bound is 1 GiB, outside of the managed heap
            .Default("dotnet.producer.delivery.report.fields", "value");
        if (config.Settings.TryGetValue("message.max.bytes", out var most) && long.Parse(config.Settings[QueueKilobytes]) < long.Parse(most) / 512)
        {
            config.Force(QueueKilobytes, $"{long.Parse(most) / 512}"); // one that is larger than the queue would never find room
        }

        return request.Acks is "all" or "-1"
            ? config.Default("enable.idempotence", "true")
            : config.Default("max.in.flight.requests.per.connection", "5"); // the Java client's; more would reorder more at a retry
    }
}

/// <summary>What a producer is for, and how its user writes that.</summary>
/// <param name="Servers">The brokers as configured.</param>
/// <param name="Given">The user's settings without their prefix.</param>
/// <param name="Acks">Who must have a record before it counts as written.</param>
internal sealed record ProducerRequest(string Servers, IReadOnlyDictionary<string, string> Given, string Acks)
{
    /// <summary>What stands before the settings in a configuration.</summary>
    public string Prefix { get; init; } = "kafka.producer.";

    /// <summary>The key that names the topic.</summary>
    public string TopicKey { get; init; } = "kafka.topic";

    /// <summary>The key that bounds a record, where there is one.</summary>
    public string? SizeKey { get; init; } = "kafka.producer.max.request.size";
}
