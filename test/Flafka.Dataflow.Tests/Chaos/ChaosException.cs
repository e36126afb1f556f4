namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>A promise of the engine was broken.</summary>
internal sealed class ChaosException(string message) : Exception(message);
