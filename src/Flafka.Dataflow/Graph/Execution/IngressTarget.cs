namespace Flafka.Dataflow;

/// <summary>A channel as one source sees it.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="IsEndToEnd">Whether the source is told "delivered" only when a sink has committed.</param>
internal sealed record IngressTarget(ChannelHost Channel, bool IsEndToEnd);
