using Confluent.Kafka;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Records;

public class DeliveryErrorsTests
{
    [TestCase(ErrorCode.TopicAuthorizationFailed, "FLK6002: the brokers do not allow writing to topic 'u'; grant it to the user of kafka.consumer.sasl.jaas.config.")]
    [TestCase(ErrorCode.UnknownTopicOrPart, "FLK6003: topic 'u' does not exist and the brokers do not create it; create it or correct undecodableTopic.")]
    [TestCase(ErrorCode.MsgSizeTooLarge, "FLK6004: an event of 7 bytes is larger than a record may be; raise max.message.bytes of topic 'u'.")]
    public void The_topic_for_undecodable_records_is_corrected_by_keys_of_the_source(ErrorCode code, string expected) => Assert.That(
        DeliveryErrors.Explain(new Error(code), new TopicPartition("u", 0), 7, UndecodableTopic.Request(new KafkaSourceOptions { BootstrapServers = "b:1" })), Is.EqualTo(expected));

    [Test]
    public void Every_error_has_one_outcome()
    {
        var byOutcome = Enum.GetValues<ErrorCode>().Distinct().ToLookup(DeliveryErrors.Classify);
        Assert.That(byOutcome[DeliveryOutcome.Reject].Order(), Is.EqualTo(new[]
        {
            ErrorCode.MsgSizeTooLarge, ErrorCode.RecordListTooLarge, ErrorCode.InvalidMsgSize, ErrorCode.TopicException, ErrorCode.InvalidTimestamp,
            ErrorCode.InvalidRecord, ErrorCode.PolicyViolation, ErrorCode.UnsupportedForMessageFormat, ErrorCode.UnsupportedCompressionType,
            ErrorCode.Local_InvalidArg, ErrorCode.Local_UnknownPartition, ErrorCode.Local_BadMsg, ErrorCode.Local_BadCompression,
            ErrorCode.Local_KeySerialization, ErrorCode.Local_ValueSerialization,
        }.Order()));
        Assert.That(byOutcome[DeliveryOutcome.ReplaceClient].Order(), Is.EqualTo(new[]
        {
            ErrorCode.OutOfOrderSequenceNumber, ErrorCode.DuplicateSequenceNumber, ErrorCode.InvalidProducerEpoch, ErrorCode.InvalidProducerIdMapping,
            ErrorCode.UnknownProducerId, ErrorCode.ProducerFenced, ErrorCode.Local_Fatal, ErrorCode.Local_Fenced, ErrorCode.Local_GaplessGuarantee,
            ErrorCode.Local_Destroy, ErrorCode.Local_CritSysResource, ErrorCode.Local_State,
        }.Order()));
        Assert.That(byOutcome[DeliveryOutcome.Retry], Does.Contain(ErrorCode.Local_Transport).And.Contain(ErrorCode.UnknownTopicOrPart)
            .And.Contain(ErrorCode.NotEnoughReplicas).And.Contain(ErrorCode.TopicAuthorizationFailed).And.Contain(ErrorCode.Local_MsgTimedOut));
    }
}
