namespace Flafka.Dataflow;

/// <summary>One sink of a group as a processor sees it.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="IsRunning">Whether it is started and not abandoned.</param>
public readonly record struct SinkState(string Name, bool IsRunning);
