namespace Flafka.Dataflow;

/// <summary>How far one may rely on a component.</summary>
public enum ComponentStatus
{
    /// <summary>Complete and kept compatible.</summary>
    Stable,

    /// <summary>Complete, may still change.</summary>
    Beta,

    /// <summary>May go away.</summary>
    Experimental,

    /// <summary>A Flume component that this version does not have; naming it gives a precise message.</summary>
    Unsupported,
}
