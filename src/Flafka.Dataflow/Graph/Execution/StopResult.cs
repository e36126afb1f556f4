using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>How an agent ended.</summary>
/// <param name="Drained">Whether everything whose source was told "delivered" was delivered, or is kept by a durable channel.</param>
/// <param name="LeftInChannel">Events lost with their channel, by channel; empty when none.</param>
public readonly record struct StopResult(bool Drained, ImmutableDictionary<string, long> LeftInChannel);
