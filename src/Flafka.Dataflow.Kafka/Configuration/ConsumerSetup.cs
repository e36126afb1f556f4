namespace Flafka.Dataflow.Kafka;

/// <summary>What the consumers of sources and channels have in common.</summary>
internal static class ConsumerSetup
{
    /// <summary>What stands before the settings in a configuration.</summary>
    public const string Prefix = "kafka.consumer.";

    private const string Reset = "auto.offset.reset";

    /// <param name="request">What the consumer is to read.</param>
    /// <param name="servers">The brokers.</param>
    public static ClientConfig Of(ConsumerRequest request, string servers)
    {
        var config = ClientConfigMapper.Map(request.Given, Prefix, isProducer: false)
            .Default("allow.auto.create.topics", "true") // as the Java client does
            .Default("fetch.queue.backoff.ms", "20") // the default of 1 s leaves a fast reader waiting
            .Default("topic.metadata.refresh.interval.ms", "5000") // new partitions and topics are found within seconds
            .Default(Reset, request.IsEarliest ? "earliest" : "latest")
            .Force("bootstrap.servers", servers)
            .Force("group.id", request.Group)
            .Force("enable.auto.commit", "false")
            .Force("enable.auto.offset.store", "false")
            .Force("enable.partition.eof", "true")
            .Force("dotnet.consumer.consume.result.fields", "timestamp" + (request.HasHeaders ? ",headers" : string.Empty) + (request.OnlyTopic is null ? ",topic" : string.Empty));
        if (config.Settings[Reset] is "latest" or "end" or "largest")
        {
            // The client would skip what is written between its look at the end and its first fetch, and the whole of a partition that is new.
            config.StartsAtEnd = true;
            config.Force(Reset, "error");
        }

        return config;
    }

    /// <summary>How long a rebalance may wait for what is on its way.</summary>
    public static TimeSpan RebalanceDrain(ClientConfig config)
    {
        var session = config.Settings.TryGetValue("session.timeout.ms", out var text) && int.TryParse(text, out var ms) ? ms : 45_000;
        return TimeSpan.FromMilliseconds(Math.Min(5_000, session / 3));
    }
}
