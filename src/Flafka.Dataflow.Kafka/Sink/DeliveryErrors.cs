using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>What a failed record means.</summary>
internal static class DeliveryErrors
{
    /// <summary>Whether no attempt can ever succeed with this record as it is.</summary>
    public static bool IsForEver(ErrorCode code) => code is
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge
        or ErrorCode.Local_InvalidArg or ErrorCode.TopicException or ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord
        or ErrorCode.Local_UnknownPartition;

    /// <summary>One sentence with what to do about it.</summary>
    public static string Explain(Error error, TopicPartition target, int bodyBytes, string servers) => error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge =>
            $"FLK6004: an event of {bodyBytes} bytes is larger than a record may be; raise max.message.bytes of topic '{target.Topic}' and kafka.producer.max.request.size.",
        ErrorCode.Local_UnknownPartition =>
            $"Topic '{target.Topic}' has no partition {target.Partition.Value}; correct defaultPartitionId or the header that partitionIdHeader names.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic =>
            $"FLK6003: topic '{target.Topic}' does not exist and the brokers do not create it; create it or correct kafka.topic.",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            $"FLK6002: the brokers do not allow writing to topic '{target.Topic}'; grant it to the user of kafka.producer.sasl.jaas.config.",
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport =>
            $"FLK6001: none of the brokers '{servers}' answers.",
        _ => $"The brokers did not take a record for topic '{target.Topic}': {error.Reason} ({error.Code}).",
    };
}
