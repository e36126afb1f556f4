namespace Flafka.Dataflow;

/// <summary>The families of components.</summary>
public enum ComponentKind
{
    /// <summary>Takes events in.</summary>
    Source,

    /// <summary>Holds events.</summary>
    Channel,

    /// <summary>Delivers events.</summary>
    Sink,

    /// <summary>Changes events between source and channel.</summary>
    Interceptor,

    /// <summary>Routes events to channels.</summary>
    ChannelSelector,

    /// <summary>Chooses a sink of a group.</summary>
    SinkProcessor,

    /// <summary>Turns events into bytes of a file or stream.</summary>
    Serializer,

    /// <summary>Turns bytes of a file into events.</summary>
    Deserializer,

    /// <summary>Turns the requests of an HTTP client into events.</summary>
    HttpHandler,

    /// <summary>Resolves placeholders of a configuration.</summary>
    ConfigFilter,

    /// <summary>Publishes metrics.</summary>
    Monitor,
}
