namespace Flafka.Dataflow.Components.Sources;

/// <summary>Whether a spooling source deletes files that are delivered.</summary>
public enum DeletePolicy
{
    /// <summary>They stay.</summary>
    Never,

    /// <summary>They are deleted.</summary>
    Immediate,
}
