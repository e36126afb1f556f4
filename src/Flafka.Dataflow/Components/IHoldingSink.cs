namespace Flafka.Dataflow;

/// <summary>A sink that commits later than it accepts: a file that counts only when it is closed, records that a broker confirms later.</summary>
/// <remarks>Accept and flush run in one block and never overlap. Leases may be settled at any time, also between calls, on the graph's scheduler. A sink that holds many
/// events and has them elsewhere calls <see cref="Lease.ReleaseEvents"/>.</remarks>
public interface IHoldingSink : IComponent
{
    /// <summary>
    /// The most events held unsettled at a time. The channel lends up to this many. A class that is also an <see cref="ISink"/> says 0 where its
    /// options make it the usual sink.
    /// </summary>
    int MaxHeldEvents { get; }

    /// <summary>Takes a lease on. Throwing gives back what of it is still open.</summary>
    ValueTask AcceptAsync(Lease lease, CancellationToken abort);

    /// <summary>Settles all that is held, soon; finishes a file when there is no other way.</summary>
    Task FlushAsync(CancellationToken abort);

    /// <summary>How long one call may take; <see langword="null"/>: as long as it likes while the agent runs.</summary>
    TimeSpan? CallTimeout => null;
}
