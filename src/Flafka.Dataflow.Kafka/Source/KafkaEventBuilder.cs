using System.Collections.Immutable;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes events of records. For one thread at a time.</summary>
internal sealed class KafkaEventBuilder(KafkaSourceOptions options, UndecodableRecords undecodable)
{
    private readonly ImmutableArray<(string Header, string Record)> _mapped = [.. options.Headers.Select(pair => (pair.Key, pair.Value.Trim()))];
    private readonly string? _onlyTopic = options.Subscription() is [var topic] && !topic.StartsWith('^') ? topic : null;
    private readonly AvroRecordDecoder _decoder = new(undecodable);
    private readonly EventHeadersBuilder _headers = new();

    /// <summary>Whether the record before could not be decoded and goes to the topic for such.</summary>
    public bool IsUndecodable => _decoder.HasFailed && options.UndecodableTopic is not null;

    public FlumeEvent Build(ConsumeResult<byte[]?, byte[]?> record)
    {
        var message = record.Message;
        var body = options.UseFlumeEventFormat ? _decoder.Decode(record, _onlyTopic, _headers) : message.Value;
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
}
