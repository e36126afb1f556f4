namespace Flafka.Dataflow;

/// <summary>How two nodes of a plan are joined.</summary>
public enum EdgeKind
{
    /// <summary>Source to a channel that must take the events.</summary>
    Required,

    /// <summary>Source to a channel that may miss events.</summary>
    Optional,

    /// <summary>Channel to sink.</summary>
    Lease,
}
