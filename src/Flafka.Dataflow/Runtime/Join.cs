using System.Runtime.ExceptionServices;

namespace Flafka.Dataflow;

/// <summary>Waits for several things without leaving the graph's scheduler, which <c>WhenAll</c> and <c>WhenAny</c> would do.</summary>
public static class Join
{
    /// <summary>Completes when all tasks have ended; then throws the first failure, by the order given.</summary>
    public static async Task AllAsync(IEnumerable<Task> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ExceptionDispatchInfo? first = null;
        foreach (var task in tasks.ToArray())
        {
            try
            {
                await task;
            }
#pragma warning disable CA1031 // kept and thrown below
            catch (Exception failure)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(failure);
            }
        }

        first?.Throw();
    }

    /// <summary>Waits for a task for a limited time. Does not throw what the task throws.</summary>
    /// <returns>Whether the task has ended; false when time was over or the token fired first.</returns>
    public static async Task<bool> WithinAsync(AgentRuntime runtime, Task task, TimeSpan limit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(task);
        if (task.IsCompleted)
        {
            return true;
        }

        var first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancel.UnsafeRegister(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), first);
        using var timer = runtime.Time.CreateTimer(
            static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), first, limit, Timeout.InfiniteTimeSpan);
        var watch = WatchAsync(task, first);
        var inTime = await first.Task;
        if (inTime)
        {
            await watch;
        }

        return inTime;
    }

    /// <summary>Waits for a task until it ends, or until time has run out and a grace has passed that lets it clean up. Does not throw what the task throws.</summary>
    /// <returns>Whether the task has ended.</returns>
    public static async Task<bool> UntilAsync(AgentRuntime runtime, Task task, TimeSpan grace, CancellationToken abort) =>
        await WithinAsync(runtime, task, Timeout.InfiniteTimeSpan, abort) || await WithinAsync(runtime, task, grace, CancellationToken.None);

    /// <summary>Waits until a task has ended. Does not throw what the task throws.</summary>
    internal static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
#pragma warning disable CA1031 // the caller looks at the task itself
        catch (Exception)
#pragma warning restore CA1031
        {
            // The task has ended; how is not this method's business.
        }
    }

    private static async Task WatchAsync(Task task, TaskCompletionSource<bool> first)
    {
        await EndAsync(task);
        first.TrySetResult(true);
    }
}
