namespace Flafka.Dataflow;

/// <summary>What becomes of mistakes for which Flume leaves a part of the agent out and runs the rest.</summary>
public enum CompatibilityMode
{
    /// <summary>Every mistake stops the agent before anything starts.</summary>
    Strict,

    /// <summary>The mistakes of a short list are warnings, and what Flume drops is dropped.</summary>
    Flume,
}
