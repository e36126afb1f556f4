using System.Runtime.Serialization;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>How a spooling source marks files that are delivered and stay.</summary>
public enum TrackingPolicy
{
    /// <summary>By a suffix to their name.</summary>
    Rename,

    /// <summary>By an empty file of the same name with the suffix in the tracker directory; they themselves are not touched.</summary>
    [EnumMember(Value = "tracker_dir")]
    TrackerDir,
}
