namespace Flafka.Dataflow;

/// <summary>How long a put may wait for room.</summary>
public enum PutMode
{
    /// <summary>Until there is room: a source that pipelines is held back instead of refused.</summary>
    Wait,

    /// <summary>As long as the channel's <c>keep-alive</c> says: a client waits for the answer.</summary>
    KeepAlive,

    /// <summary>Not at all: an optional channel takes only free room and never passes one who waits.</summary>
    TryOnce,
}
