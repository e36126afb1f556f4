namespace Flafka.Dataflow;

/// <summary>The counters of Flume, by the names that its <c>/metrics</c> gives them. The host counts; components cannot forget.</summary>
public enum FlumeCounter
{
    /// <summary>Source: events handed over by the source.</summary>
    EventReceivedCount,

    /// <summary>Source: events that all required channels took.</summary>
    EventAcceptedCount,

    /// <summary>Source: batches of one event handed over.</summary>
    AppendReceivedCount,

    /// <summary>Source: batches of one event taken.</summary>
    AppendAcceptedCount,

    /// <summary>Source: batches handed over.</summary>
    AppendBatchReceivedCount,

    /// <summary>Source: batches taken.</summary>
    AppendBatchAcceptedCount,

    /// <summary>Source: connections open now.</summary>
    OpenConnectionCount,

    /// <summary>Source: failures to read.</summary>
    EventReadFail,

    /// <summary>Source: batches that a channel refused.</summary>
    ChannelWriteFail,

    /// <summary>Source: other failures.</summary>
    GenericProcessingFail,

    /// <summary>Channel: events offered.</summary>
    EventPutAttemptCount,

    /// <summary>Channel: events taken in.</summary>
    EventPutSuccessCount,

    /// <summary>Channel: events lent, each time they are lent.</summary>
    EventTakeAttemptCount,

    /// <summary>Channel: events committed by sinks.</summary>
    EventTakeSuccessCount,

    /// <summary>Sink: connections or files opened.</summary>
    ConnectionCreatedCount,

    /// <summary>Sink: connections or files closed.</summary>
    ConnectionClosedCount,

    /// <summary>Sink: starts, connections or files that failed.</summary>
    ConnectionFailedCount,

    /// <summary>Sink: looks that found the channel empty.</summary>
    BatchEmptyCount,

    /// <summary>Sink: leases smaller than the batch size.</summary>
    BatchUnderflowCount,

    /// <summary>Sink: leases of the full batch size.</summary>
    BatchCompleteCount,

    /// <summary>Sink: events given to the sink.</summary>
    EventDrainAttemptCount,

    /// <summary>Sink: events delivered.</summary>
    EventDrainSuccessCount,

    /// <summary>Sink: calls that failed.</summary>
    EventWriteFail,

    /// <summary>Sink: failures of the channel.</summary>
    ChannelReadFail,

    /// <summary>Sink or Kafka channel: rollbacks.</summary>
    RollbackCount,
}
