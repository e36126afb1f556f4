using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Kafka;

/// <summary>Options of the <c>kafka</c> channel.</summary>
public sealed class KafkaChannelOptions : IGroupMember, IValidatableObject
{
    /// <summary>
    /// The brokers to ask first, <c>host:port</c> with commas between. <c>embedded:NAME</c> is a small Kafka inside this process, for demonstrations.
    /// </summary>
    [Option("kafka.bootstrap.servers", Separator = ",", Deprecated = ["brokerList"]), Required]
    public string BootstrapServers { get; init; } = string.Empty;

    /// <summary>The topic that holds the events.</summary>
    [Option("kafka.topic", Deprecated = ["topic"])]
    public string Topic { get; init; } = "flume-channel";

    /// <summary>The consumer group of the sinks. Channels of one group, also of other agents, share the partitions.</summary>
    [Option("kafka.consumer.group.id", Deprecated = ["groupId"])]
    public string GroupId { get; init; } = "flume";

    /// <summary>Whether values are Flume's Avro records with headers and body. Otherwise they are the body alone, and headers are lost but for <c>key</c>.</summary>
    [Option("parseAsFlumeEvent")]
    public bool ParseAsFlumeEvent { get; init; } = true;

    /// <summary>The partition of events that name none by a header. Without it the key decides, or chance where there is no key.</summary>
    [Option("defaultPartitionId"), Range(0, int.MaxValue)]
    public int? DefaultPartitionId { get; init; }

    /// <summary>The header that holds the number of the partition of an event.</summary>
    [Option("partitionIdHeader")]
    public string? PartitionIdHeader { get; init; }

    /// <summary>Old spelling of <c>kafka.consumer.auto.offset.reset</c>: <c>true</c> is <c>earliest</c>, <c>false</c> is <c>latest</c>.</summary>
    [Option("readSmallestOffset")]
    public bool? ReadSmallestOffset { get; init; }

    /// <summary>Settings of the Kafka client that writes, in the names of the Java client or of librdkafka, without the prefix.</summary>
    [Option("kafka.producer.")]
    public IReadOnlyDictionary<string, string> Producer { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Settings of the Kafka clients that read, in the names of the Java client or of librdkafka, without the prefix.</summary>
    [Option("kafka.consumer.")]
    public IReadOnlyDictionary<string, string> Consumer { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How long Flume's channel waits for records.</summary>
    [Option("kafka.pollTimeout", Ignored = "what a poll brings goes to the sinks at once")]
    public string? PollTimeout { get; init; }

    /// <summary>The same in the spelling of Flume's guide.</summary>
    [Option("pollTimeout", Ignored = "what a poll brings goes to the sinks at once")]
    public string? OldPollTimeout { get; init; }

    /// <summary>Bound of other channels.</summary>
    [Option("capacity", Ignored = "the topic holds the events, as many as the brokers keep")]
    public string? Capacity { get; init; }

    /// <summary>Bound of other channels.</summary>
    [Option("transactionCapacity", Ignored = "the batchSize of sources and sinks decides")]
    public string? TransactionCapacity { get; init; }

    /// <summary>ZooKeeper of an old cluster.</summary>
    [Option("zookeeperConnect", Ignored = "brokers are asked directly; set kafka.bootstrap.servers")]
    public string? ZooKeeperConnect { get; init; }

    /// <summary>Takes offsets over from ZooKeeper.</summary>
    [Option("migrateZookeeperOffsets", Ignored = "offsets are read from the brokers only; a group that has none there starts as kafka.consumer.auto.offset.reset says")]
    public string? MigrateZooKeeperOffsets { get; init; }

    string IGroupMember.GroupServer => BootstrapServers;

    string IGroupMember.Reads => Topic;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Producer.ContainsKey("transactional.id"))
        {
            yield return TransactionalId.NotAvailable(nameof(Producer), "kafka.producer.");
        }

        if (Producer.TryGetValue("acks", out var acks) && acks.Trim() is not ("all" or "-1"))
        {
            yield return new ValidationResult(
                $"kafka.producer.acks = {acks.Trim()} would lose events of the channel when a broker dies; remove it, the channel uses all", [nameof(Producer)]);
        }
    }
}
