using System.Collections.Frozen;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>What a failed record means.</summary>
internal static class DeliveryErrors
{
    private static readonly FrozenSet<ErrorCode> Rejected = new[]
    {
        ErrorCode.MsgSizeTooLarge, ErrorCode.RecordListTooLarge, ErrorCode.InvalidMsgSize, ErrorCode.TopicException, ErrorCode.InvalidTimestamp,
        ErrorCode.InvalidRecord, ErrorCode.PolicyViolation, ErrorCode.UnsupportedForMessageFormat, ErrorCode.UnsupportedCompressionType,
        ErrorCode.Local_InvalidArg, ErrorCode.Local_UnknownPartition, ErrorCode.Local_BadMsg, ErrorCode.Local_BadCompression,
        ErrorCode.Local_KeySerialization, ErrorCode.Local_ValueSerialization,
    }.ToFrozenSet();

    private static readonly FrozenSet<ErrorCode> Fatal = new[]
    {
        ErrorCode.OutOfOrderSequenceNumber, ErrorCode.DuplicateSequenceNumber, ErrorCode.InvalidProducerEpoch, ErrorCode.InvalidProducerIdMapping,
        ErrorCode.UnknownProducerId, ErrorCode.ProducerFenced, ErrorCode.Local_Fatal, ErrorCode.Local_Fenced, ErrorCode.Local_GaplessGuarantee,
        ErrorCode.Local_Destroy, ErrorCode.Local_CritSysResource, ErrorCode.Local_State,
    }.ToFrozenSet();

    /// <summary>What to do after an error. What is not listed may pass by itself or by somebody's help: the event waits for that, for ever.</summary>
    public static DeliveryOutcome Classify(ErrorCode code) =>
        Rejected.Contains(code) ? DeliveryOutcome.Reject : Fatal.Contains(code) ? DeliveryOutcome.ReplaceClient : DeliveryOutcome.Retry;

    /// <summary>One sentence with what to do about it.</summary>
    public static string Explain(Error error, TopicPartition target, int bodyBytes, ProducerRequest request) => error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge =>
            $"FLK6004: an event of {bodyBytes} bytes is larger than a record may be; raise max.message.bytes of topic '{target.Topic}'{(request.SizeKey is { } key ? $" and {key}" : string.Empty)}.",
        ErrorCode.Local_UnknownPartition =>
            $"Topic '{target.Topic}' has no partition {target.Partition.Value}; correct defaultPartitionId or the header that partitionIdHeader names.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic =>
            $"FLK6003: topic '{target.Topic}' does not exist and the brokers do not create it; create it or correct {request.TopicKey}.",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            $"FLK6002: the brokers do not allow writing to topic '{target.Topic}'; grant it to the user of {request.Prefix}sasl.jaas.config.",
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport =>
            $"FLK6001: none of the brokers '{request.Servers}' answers.",
        _ => $"The brokers did not take a record for topic '{target.Topic}': {error.Reason} ({error.Code}).",
    };
}

/// <summary>What to do about a record that was not written.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Again, for as long as it takes.</summary>
    Retry,

    /// <summary>No attempt can ever succeed with this record as it is.</summary>
    Reject,

    /// <summary>Again, with a new client: this one cannot go on.</summary>
    ReplaceClient,
}
