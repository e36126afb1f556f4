namespace Flafka.Dataflow;

/// <summary>How a channel lends to one sink.</summary>
/// <param name="MaxEvents">Events per lease, at least 1. A lease takes what is there and never waits to fill.</param>
/// <param name="Window">Leases given to the block at a time, at least 1. Above 1 the feed goes back to the first returned event after a rollback, so order holds.</param>
/// <param name="MaxHeldEvents">0: every lease is settled when its handler ends. Otherwise the sink may hold up to this many events open over many leases.</param>
public sealed record FeedOptions(int MaxEvents, int Window = 1, int MaxHeldEvents = 0);
