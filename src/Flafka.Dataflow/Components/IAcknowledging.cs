namespace Flafka.Dataflow;

/// <summary>Implemented by options of channels; the planner resolves the mode for every edge from a source.</summary>
public interface IAcknowledging
{
    /// <summary>The value of the key <c>acknowledge</c>.</summary>
    AcknowledgeMode Acknowledge { get; }
}
