using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Kafka;

/// <summary>Options of the <c>kafka</c> sink.</summary>
public sealed class KafkaSinkOptions : IBatchSized, ICommitPoint, IValidatableObject
{
    /// <summary>
    /// The brokers to ask first, <c>host:port</c> with commas between. <c>embedded:NAME</c> is a small Kafka inside this process, for demonstrations.
    /// </summary>
    [Option("kafka.bootstrap.servers", Separator = ",", Example = "localhost:9092", Deprecated = ["brokerList"]), Required]
    public string BootstrapServers { get; init; } = string.Empty;

    /// <summary>
    /// The topic of events that name none by a header. May have escapes, such as <c>%{header}</c> and <c>%Y-%m-%d</c> of the header <c>timestamp</c>,
    /// as long as <c>allowTopicOverride</c> holds.
    /// </summary>
    [Option("kafka.topic", Example = "events", Deprecated = ["topic"])]
    public string Topic { get; init; } = KafkaRecordBuilder.DefaultTopic;

    /// <summary>Most events taken from the channel at a time. Several such batches are on their way to the brokers at once.</summary>
    [Option("flumeBatchSize", Unit = "events", Deprecated = ["batchSize"]), Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 100;

    /// <summary>Whether values are Flume's Avro records with headers and body, instead of the body alone.</summary>
    [Option("useFlumeEventFormat")]
    public bool UseFlumeEventFormat { get; init; }

    /// <summary>Whether the header that <c>topicHeader</c> names chooses the topic of an event.</summary>
    [Option("allowTopicOverride")]
    public bool AllowTopicOverride { get; init; } = true;

    /// <summary>The header that names the topic of an event.</summary>
    [Option("topicHeader")]
    public string TopicHeader { get; init; } = "topic";

    /// <summary>The header that holds the number of the partition of an event.</summary>
    [Option("partitionIdHeader")]
    public string? PartitionIdHeader { get; init; }

    /// <summary>The partition of events that name none by a header. Without it the key decides, or chance where there is no key.</summary>
    [Option("defaultPartitionId"), Range(0, int.MaxValue)]
    public int? DefaultPartitionId { get; init; }

    /// <summary>The header that holds the time of the record, in milliseconds since 1970.</summary>
    [Option("timestampHeader")]
    public string? TimestampHeader { get; init; }

    /// <summary>Copies headers into the record: <c>header.NAME = KAFKA_NAME</c> sends the event's header NAME as KAFKA_NAME.</summary>
    [Option("header.")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Who must have a record before it counts as written: <c>0</c> nobody, <c>1</c> the leading broker, <c>all</c> or <c>-1</c> all replicas in sync.</summary>
    [Option("kafka.producer.acks", Deprecated = ["requiredAcks"]), AllowedValues("0", "1", "-1", "all", ErrorMessage = "must be 0, 1, all or -1")]
    public string Acks { get; init; } = "1";

    /// <summary>Settings of the Kafka client, in the names of the Java client or of librdkafka, without the prefix.</summary>
    [Option("kafka.producer.")]
    public IReadOnlyDictionary<string, string> Producer { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Serializer of old configurations.</summary>
    [Option("key.serializer.class", Ignored = "keys are text")]
    public string? KeySerializer { get; init; }

    /// <summary>Serializer of old configurations.</summary>
    [Option("serializer.class", Ignored = "values are bytes")]
    public string? Serializer { get; init; }

    /// <inheritdoc/>
    public CommitPoint CommitPoint => CommitPoint.Remote;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AllowTopicOverride && Problem(Topic) is { } problem)
        {
            yield return new ValidationResult(problem, [nameof(Topic)]);
        }

        if (Producer.ContainsKey("transactional.id"))
        {
            yield return TransactionalId.NotAvailable(nameof(Producer), "kafka.producer.");
        }
    }

    private static string? Problem(string topic)
    {
        try
        {
            TopicTemplate.Parse(topic);
            return null;
        }
        catch (FormatException failure)
        {
            return failure.Message;
        }
    }
}
