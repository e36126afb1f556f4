namespace Flafka.Dataflow;

/// <summary>
/// What every part of a graph has in common. Constructors store arguments and have no side effects; sockets, files, threads and clients
/// appear in <see cref="StartAsync"/> and are gone after <see cref="StopAsync"/>.
/// </summary>
/// <remarks>Called on the graph's scheduler, never two calls at a time.</remarks>
public interface IComponent
{
    /// <summary>Acquires what the component needs. May be called again after it failed or after a stop.</summary>
    /// <param name="abort">Fires when the start is no longer wanted.</param>
    Task StartAsync(CancellationToken abort) => Task.CompletedTask;

    /// <summary>Releases everything. May be called more than once, and without a start before.</summary>
    /// <param name="abort">Fires when there is no time left for an orderly end.</param>
    Task StopAsync(CancellationToken abort) => Task.CompletedTask;

    /// <summary>
    /// What is wrong although the component runs, in one sentence; <see langword="null"/> when nothing is. Health shows it and calls the
    /// component failing. Asked at any time, on any thread.
    /// </summary>
    string? Problem => null;
}
