using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A source with its interceptors and selector.</summary>
public sealed record IngressNode(
    string Id, string Fingerprint, BoundComponent Source, ImmutableArray<BoundComponent> Interceptors, BoundComponent Selector)
    : PlanNode(Id, Fingerprint);
