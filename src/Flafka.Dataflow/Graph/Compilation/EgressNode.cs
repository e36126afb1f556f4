using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A sink, or a group of sinks with its processor.</summary>
/// <param name="Id">Its name in the plan.</param>
/// <param name="Fingerprint">Changes when anything in it changes.</param>
/// <param name="Processor">The policy of a group; <see langword="null"/> for a single sink.</param>
/// <param name="Sinks">One sink, or those of the group in order.</param>
/// <param name="MaxEvents">Events per lease.</param>
/// <param name="Window">Leases under way.</param>
public sealed record EgressNode(string Id, string Fingerprint, BoundComponent? Processor, ImmutableArray<BoundComponent> Sinks, int MaxEvents, int Window)
    : PlanNode(Id, Fingerprint);
