using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Counts the records that are not in Flume's Avro format, and names the first and then every ten thousandth.</summary>
internal sealed partial class UndecodableRecords(ComponentId id, ILogger log)
{
    /// <summary>Marks an event whose record could not be read as Flume's Avro record; its body is the value as it came.</summary>
    public const string Header = "flafka.undecodable";

    private readonly ILogger _log = log;
    private long _count;

    /// <summary>The topic that they go to; without one they go on.</summary>
    public string? Topic { get; init; }

    public long Count => Volatile.Read(ref _count);

    /// <summary>One more. Any thread.</summary>
    public void Add(TopicPartitionOffset place, string reason)
    {
        var count = Interlocked.Increment(ref _count);
        if (count == 1 || count % 10_000 == 0)
        {
            Undecodable(id, place.ToString(), Topic is null ? $"goes on as it came, with header '{Header}'" : $"goes to topic '{Topic}'", count, reason);
        }
    }

    [LoggerMessage(KafkaEventIds.Undecodable, LogLevel.Warning, "{Component}: the record at {Place} is not in Flume's Avro format; it {Fate} ({Count} so far): {Reason}")]
    private partial void Undecodable(ComponentId component, string place, string fate, long count, string reason);
}
