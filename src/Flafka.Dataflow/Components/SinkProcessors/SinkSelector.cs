using System.Runtime.Serialization;

namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>In which order the sinks of a group are asked.</summary>
public enum SinkSelector
{
    /// <summary>One after the other.</summary>
    [EnumMember(Value = "round_robin")]
    RoundRobin,

    /// <summary>In a fresh random order each time.</summary>
    Random,
}
