namespace Flafka.Dataflow;

/// <summary>Takes events in. Supervised: a source whose start or run fails is stopped, and started again after a back-off.</summary>
/// <remarks>
/// The graph calls <see cref="IComponent.StartAsync"/>, then <see cref="RunAsync"/>, and <see cref="IComponent.StopAsync"/> when the receipts of
/// the run are settled, so that a source can write down its last position there.
/// </remarks>
public interface ISource : IComponent
{
    /// <summary>
    /// Reads and hands over until <paramref name="stopping"/> fires; then reads nothing more and returns as soon as what was read is
    /// handed over. It waits for no receipt except those of clients that wait for an answer. Returning earlier means: there is nothing more to read.
    /// </summary>
    Task RunAsync(ISourceOutput output, CancellationToken stopping);

    /// <summary>
    /// Whether the source knows of nothing to read now. A source that cannot tell (its server is away, its first look is not done) is not idle.
    /// Asked at any time while it runs, on the graph's scheduler; <c>--until-idle</c> depends on it.
    /// </summary>
    bool IsIdle => true;
}
