using System.Collections.Immutable;
using Confluent.Kafka;
using Flafka.Dataflow.Components.Serialization.Avro;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes events of records. For one thread at a time.</summary>
internal sealed class KafkaEventBuilder(KafkaSourceOptions options, Action<TopicPartitionOffset, string> onUndecodable)
{
    /// <summary>Marks an event whose record could not be read as Flume's Avro record; its body is the value as it came.</summary>
    public const string UndecodableHeader = "flafka.undecodable";

    private readonly ImmutableArray<(string Header, string Record)> _mapped = [.. options.Headers.Select(pair => (pair.Key, pair.Value.Trim()))];
    private readonly string? _onlyTopic = options.Subscription() is [var topic] && !topic.StartsWith('^') ? topic : null;
    private readonly AvroEventDecoder _decoder = new();
    private readonly EventHeadersBuilder _headers = new();

    public FlumeEvent Build(ConsumeResult<byte[]?, byte[]?> record)
    {
        var message = record.Message;
        var body = options.UseFlumeEventFormat ? Decode(record) : message.Value;
        if (!_headers.Contains("timestamp"))
        {
            var timestamp = message.Timestamp;
            _headers.Set("timestamp", timestamp.Type == TimestampType.NotAvailable ? -1 : timestamp.UnixTimestampMs);
        }

        foreach (var (header, name) in _mapped)
        {
            if (message.Headers is { } all && all.TryGetLastBytes(name, out var value))
            {
                // Flume: a mapped header without a value makes it skip the record. Here the header is empty.
                _headers.SetUtf8(header, value ?? []);
            }
        }

        if (options.SetTopicHeader && !_headers.Contains(options.TopicHeader))
        {
            _headers.Set(options.TopicHeader, _onlyTopic ?? record.Topic);
        }

        if (!_headers.Contains("partition"))
        {
            _headers.Set("partition", record.Partition.Value);
        }

        if (!_headers.Contains("offset"))
        {
            _headers.Set("offset", record.Offset.Value);
        }

        if (message.Key is { } key)
        {
            _headers.SetUtf8("key", key);
        }

        return new FlumeEvent(body, _headers.Build());
    }

    // Flume: skips a record that it cannot decode, and commits past it later. Here it goes on as it came, marked by a header.
    private ReadOnlyMemory<byte> Decode(ConsumeResult<byte[]?, byte[]?> record)
    {
        var value = record.Message.Value;
        string reason;
        try
        {
            if (value is not null)
            {
                return _decoder.Decode(value, _headers);
            }

            reason = "The record has no value.";
        }
        catch (FormatException invalid)
        {
            reason = invalid.Message;
        }

        onUndecodable(new TopicPartitionOffset(_onlyTopic ?? record.Topic, record.Partition, record.Offset), reason);
        _headers.Set(UndecodableHeader, reason);
        return value;
    }
}
