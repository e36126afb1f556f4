namespace Flafka.Dataflow.TestKit;

/// <summary>A simulated run went wrong in a way that a real one would hide.</summary>
public sealed class SimulationException(string message) : Exception(message);
