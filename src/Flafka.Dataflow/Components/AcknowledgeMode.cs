namespace Flafka.Dataflow;

/// <summary>When a channel lets its source believe that events are delivered.</summary>
public enum AcknowledgeMode
{
    /// <summary>End-to-end where the channel does not survive a crash and the source can read again, else channel.</summary>
    Auto,

    /// <summary>When the channel has stored the events; Flume's meaning.</summary>
    Channel,

    /// <summary>When a sink has committed them.</summary>
    EndToEnd,
}
