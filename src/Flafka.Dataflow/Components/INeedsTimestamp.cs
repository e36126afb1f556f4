namespace Flafka.Dataflow;

/// <summary>Implemented by options of sinks that make names from the time of an event, which is in its header <c>timestamp</c>.</summary>
public interface INeedsTimestamp
{
    /// <summary>Name of the property whose value needs the header; <see langword="null"/> when none does.</summary>
    string? TimestampProperty { get; }

    /// <summary>The setting that takes the time of the machine instead, for example <c>hdfs.useLocalTimeStamp = true</c>.</summary>
    string LocalTimeSetting { get; }
}
