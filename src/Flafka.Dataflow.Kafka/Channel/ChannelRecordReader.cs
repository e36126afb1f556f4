using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes events of a channel's records. For one thread at a time.</summary>
internal sealed class ChannelRecordReader(bool isAvro, string topic, UndecodableRecords undecodable)
{
    private readonly AvroRecordDecoder _decoder = new(undecodable);
    private readonly EventHeadersBuilder _headers = new();

    public FlumeEvent Read(ConsumeResult<byte[]?, byte[]?> record)
    {
        var body = isAvro ? _decoder.Decode(record, topic, _headers) : record.Message.Value;
        if (record.Message.Key is { } key)
        {
            _headers.SetUtf8("key", key);
        }

        return new FlumeEvent(body, _headers.Build());
    }
}
