namespace Flafka.Dataflow;

/// <summary>What a feed asks its channel for. Thread-safe.</summary>
public interface ILeaseSource
{
    /// <summary>Lends up to this many events, what is there; <see langword="null"/> when nothing is.</summary>
    Lease? TryLease(int maxEvents);

    /// <summary>Whether anything is stored and not lent.</summary>
    bool HasUnlent { get; }

    /// <summary>Whether somebody waits for leases to be settled: a put without room, a source at its limit, a drain.</summary>
    bool IsWaitedFor { get; }
}
