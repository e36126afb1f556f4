namespace Flafka.Dataflow.Kafka;

/// <summary>Ids of log messages of this project: 6001 to 6099.</summary>
internal static class KafkaEventIds
{
    public const int BrokersUnreachable = 6001;
    public const int BrokersAnswer = 6002;
    public const int ClientWarning = 6003;
    public const int ClientSettings = 6004;
    public const int ClientLog = 6005;
    public const int EmbeddedStarted = 6006;

    public const int Assigned = 6010;
    public const int Revoked = 6011;
    public const int RevokedUnsettled = 6012;
    public const int Lost = 6013;
    public const int CommitFailed = 6014;
    public const int Undecodable = 6015;
    public const int Rewound = 6016;
    public const int BrokersRefuse = 6017;
    public const int StartsAtEnd = 6018;
    public const int OffsetGone = 6019;

    public const int ConsumerReplaced = 6020;
    public const int TopicMadeAnew = 6021;
    public const int UndecodableNotWritten = 6022;
    public const int NoProducer = 6023;
    public const int LoginRefused = 6029;
    public const int ProducerReplaced = 6030;
    public const int InvalidTimestamp = 6031;
    public const int LoopPrevented = 6032;
    public const int WrittenTopicMadeAnew = 6033;
}
