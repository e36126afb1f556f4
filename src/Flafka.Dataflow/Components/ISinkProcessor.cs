namespace Flafka.Dataflow;

/// <summary>Chooses the sink of a group that gets the next lease. A pure policy: no I/O, no waiting. Called for one lease at a time.</summary>
public interface ISinkProcessor
{
    /// <summary>The sink to try, by its place in <paramref name="sinks"/>.</summary>
    /// <param name="sinks">The sinks of the group, in the order of the configuration.</param>
    /// <param name="attempt">0 for a new lease; then how many sinks of the group have failed on it.</param>
    /// <returns><see langword="null"/>: give the lease back to the channel and back off.</returns>
    int? Choose(IReadOnlyList<SinkState> sinks, int attempt);

    /// <summary>Tells how the chosen sink did.</summary>
    /// <param name="sink">Its place.</param>
    /// <param name="failure">Why it failed; <see langword="null"/> when all was delivered.</param>
    void Report(int sink, Exception? failure);

    /// <summary>Asked after a failure that no sink of the group made good: how long to wait before the next lease.</summary>
    /// <param name="sinks">The sinks of the group.</param>
    /// <returns>Zero: another sink stands ready. <see langword="null"/>: the steps of the host, 1, 2, 3, 4, 5, 5 ... s.</returns>
    TimeSpan? RetryAfter(IReadOnlyList<SinkState> sinks) => null;
}
