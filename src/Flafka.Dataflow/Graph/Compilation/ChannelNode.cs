namespace Flafka.Dataflow;

/// <summary>A channel.</summary>
public sealed record ChannelNode(string Id, string Fingerprint, BoundComponent Channel) : PlanNode(Id, Fingerprint);
