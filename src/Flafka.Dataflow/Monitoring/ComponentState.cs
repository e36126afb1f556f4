namespace Flafka.Dataflow;

/// <summary>What a component does now.</summary>
public enum ComponentState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Being started.</summary>
    Starting,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Failing; it is tried again.</summary>
    Failing,

    /// <summary>A source that has read all there is.</summary>
    Finished,
}
