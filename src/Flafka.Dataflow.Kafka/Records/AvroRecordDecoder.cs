using Confluent.Kafka;
using Flafka.Dataflow.Components.Serialization.Avro;

namespace Flafka.Dataflow.Kafka;

/// <summary>Reads values in Flume's Avro format. For one thread at a time.</summary>
internal sealed class AvroRecordDecoder(UndecodableRecords undecodable)
{
    private readonly AvroEventDecoder _decoder = new();

    /// <summary>Whether the record before could not be decoded.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The body; the event's headers are added to <paramref name="headers"/>, which is empty before.</summary>
    /// <remarks>
    /// Flume: skips a record that it cannot decode, and commits past it later. Here it goes on as it came, marked by a header.
    /// </remarks>
    public ReadOnlyMemory<byte> Decode(ConsumeResult<byte[]?, byte[]?> record, string? topic, EventHeadersBuilder headers)
    {
        var value = record.Message.Value;
        string reason;
        HasFailed = false;
        try
        {
            if (value is not null)
            {
                return _decoder.Decode(value, headers);
            }

            reason = "The record has no value.";
        }
        catch (FormatException invalid)
        {
            reason = invalid.Message;
        }

        HasFailed = true;
        undecodable.Add(new TopicPartitionOffset(topic ?? record.Topic, record.Partition, record.Offset), reason);
        headers.Set(UndecodableRecords.Header, reason);
        return value;
    }
}
