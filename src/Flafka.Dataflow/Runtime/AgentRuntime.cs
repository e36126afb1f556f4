namespace Flafka.Dataflow;

/// <summary>The clock and the scheduler that a graph is built with. Everything in the graph runs on this scheduler and asks this clock.</summary>
/// <param name="Time">The clock; timers and delays come only from it.</param>
/// <param name="Scheduler">Runs every block, loop and continuation of the graph.</param>
public sealed record AgentRuntime(TimeProvider Time, TaskScheduler Scheduler)
{
    /// <summary>The clock of the machine and the thread pool.</summary>
    public static AgentRuntime System { get; } = new(TimeProvider.System, TaskScheduler.Default);

    /// <summary>Runs a loop on the scheduler.</summary>
    /// <returns>The end of the loop. The owner keeps and awaits it.</returns>
    public async Task Start(Func<Task> loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        await Hop();
        await loop();
    }

    /// <summary>Continues the caller on the scheduler; public entry points await it first, so a caller's context never sees the graph.</summary>
    public SchedulerHop Hop() => new(Scheduler);

    /// <summary>Waits by the graph's clock.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancel)
#pragma warning disable RS0030 // the one place
        => Task.Delay(delay, Time, cancel);
#pragma warning restore RS0030

    /// <summary>
    /// Does something that must leave the scheduler: blocking I/O, a native call. It runs elsewhere; its result comes back to the
    /// scheduler, and a simulation does not move the clock meanwhile.
    /// </summary>
    public Task<T> External<T>(Func<T> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Scheduler is IExternalOperations simulator
            ? simulator.Run(() => Task.FromResult(operation()))
#pragma warning disable RS0030 // the one place
            : Task.Run(operation);
#pragma warning restore RS0030
    }

    /// <summary>The same for an operation that waits asynchronously somewhere else.</summary>
    public Task<T> External<T>(Func<Task<T>> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Scheduler is IExternalOperations simulator
            ? simulator.Run(operation)
#pragma warning disable RS0030 // the one place
            : Task.Run(operation);
#pragma warning restore RS0030
    }
}
