namespace Flafka.Dataflow;

/// <summary>A join of two nodes.</summary>
/// <param name="From">Id of the upstream node.</param>
/// <param name="To">Id of the downstream node.</param>
/// <param name="Kind">How.</param>
/// <param name="EndToEnd">Source to channel: the source is told "delivered" only when a sink has committed.</param>
public sealed record PlanEdge(string From, string To, EdgeKind Kind, bool EndToEnd = false);
