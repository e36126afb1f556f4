using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Kafka;

/// <summary>Options of the <c>kafka</c> source.</summary>
public sealed class KafkaSourceOptions : IBatchSized, IGroupMember, IValidatableObject
{
    /// <summary>
    /// The brokers to ask first, <c>host:port</c> with commas between. <c>embedded:NAME</c> is a small Kafka inside this process, for demonstrations.
    /// </summary>
    [Option("kafka.bootstrap.servers", Separator = ",", Example = "localhost:9092"), Required]
    public string BootstrapServers { get; init; } = string.Empty;

    /// <summary>The topics to read, with commas between. This or <c>kafka.topics.regex</c> is required.</summary>
    [Option("kafka.topics", Example = "events", Separator = ",", Deprecated = ["topic"])]
    public ImmutableArray<string> Topics { get; init; } = [];

    /// <summary>A regular expression; topics whose whole name matches are read, also those that appear later. Wins over <c>kafka.topics</c>.</summary>
    [Option("kafka.topics.regex", IsFreeText = true)]
    public string? TopicsRegex { get; init; }

    /// <summary>The consumer group. Sources of one group, also of other agents, share the partitions.</summary>
    [Option("kafka.consumer.group.id", Deprecated = ["groupId"])]
    public string GroupId { get; init; } = "flume";

    /// <summary>Most events in one batch. What has been read leaves at once; batches grow only while the channels hold the source back.</summary>
    [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 1000;

    /// <summary>The longest time that a record waits for its batch to grow; an upper bound, which is not reached here.</summary>
    [Option("batchDurationMillis", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan BatchDuration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether values are Flume's Avro records, with headers and body, as the Kafka sink with the same key writes them.</summary>
    [Option("useFlumeEventFormat")]
    public bool UseFlumeEventFormat { get; init; }

    /// <summary>
    /// With <c>useFlumeEventFormat</c>: the topic, on the same cluster, for records that are not in Flume's Avro format. Such a record keeps its key and value, headers say
    /// where it stood and what is wrong (<c>flafka.undecodable</c>), and the group's offset moves past it only when all replicas in sync have it. Without this key it goes
    /// on as an event with that header.
    /// </summary>
    [Option("undecodableTopic", Example = "undecodable")]
    public string? UndecodableTopic { get; init; }

    /// <summary>Whether a header names the topic of the record.</summary>
    [Option("setTopicHeader")]
    public bool SetTopicHeader { get; init; } = true;

    /// <summary>The name of that header.</summary>
    [Option("topicHeader")]
    public string TopicHeader { get; init; } = "topic";

    /// <summary>Copies headers of the record: <c>header.NAME = KAFKA_NAME</c> sets the event's header NAME.</summary>
    [Option("header.")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Settings of the Kafka client, in the names of the Java client or of librdkafka, without the prefix.</summary>
    [Option("kafka.consumer.")]
    public IReadOnlyDictionary<string, string> Consumer { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>ZooKeeper of an old cluster.</summary>
    [Option("zookeeperConnect", Ignored = "brokers are asked directly; set kafka.bootstrap.servers")]
    public string? ZooKeeperConnect { get; init; }

    /// <summary>Takes offsets over from ZooKeeper.</summary>
    [Option("migrateZookeeperOffsets", Ignored = "offsets are read from the brokers only")]
    public string? MigrateZooKeeperOffsets { get; init; }

    /// <summary>Step of the pause after an empty read.</summary>
    [Option("backoffSleepIncrement", Ignored = "the source waits for records and never sleeps")]
    public string? BackOffSleepIncrement { get; init; }

    /// <summary>Longest pause after an empty read.</summary>
    [Option("maxBackoffSleep", Ignored = "the source waits for records and never sleeps")]
    public string? MaxBackOffSleep { get; init; }

    string IGroupMember.GroupServer => BootstrapServers;

    string IGroupMember.Reads => string.IsNullOrWhiteSpace(TopicsRegex) ? string.Join(',', Topics.Order(StringComparer.Ordinal)) : TopicsRegex;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(TopicsRegex))
        {
            if (Topics.IsEmpty)
            {
                yield return new ValidationResult("no topic is named; set kafka.topics = NAME, or kafka.topics.regex", [nameof(Topics)]);
            }

            yield break;
        }

        var isValid = true;
        try
        {
            _ = new Regex(TopicsRegex);
        }
        catch (ArgumentException)
        {
            isValid = false;
        }

        if (!isValid)
        {
            yield return new ValidationResult($"'{TopicsRegex}' is not a regular expression", [nameof(TopicsRegex)]);
        }
    }

    /// <summary>What to subscribe to: names, or one pattern in librdkafka's form, which begins with <c>^</c>.</summary>
    internal IReadOnlyList<string> Subscription() => string.IsNullOrWhiteSpace(TopicsRegex) ? Topics : [TopicPattern.Of(TopicsRegex)];
}
