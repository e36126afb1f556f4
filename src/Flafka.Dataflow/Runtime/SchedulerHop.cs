using System.Runtime.CompilerServices;

namespace Flafka.Dataflow;

/// <summary>Awaiting it continues on a scheduler. Already there, it continues at once.</summary>
public readonly struct SchedulerHop : INotifyCompletion, IEquatable<SchedulerHop>
{
    private readonly TaskScheduler _scheduler;

    internal SchedulerHop(TaskScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Whether the caller runs on the scheduler already. A caller with a synchronization context does not.</summary>
    public bool IsCompleted => TaskScheduler.Current == _scheduler && SynchronizationContext.Current is null
#pragma warning disable RS0030 // asks which thread it is on, starts none
        && (_scheduler != TaskScheduler.Default || Thread.CurrentThread.IsThreadPoolThread);
#pragma warning restore RS0030

    /// <summary>For the compiler.</summary>
    public SchedulerHop GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
    }

    /// <summary>For the compiler.</summary>
    public void OnCompleted(Action continuation) =>
        Task.Factory.StartNew(continuation, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    /// <inheritdoc/>
    public bool Equals(SchedulerHop other) => _scheduler == other._scheduler;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SchedulerHop other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _scheduler.GetHashCode();

    /// <summary>Same scheduler.</summary>
    public static bool operator ==(SchedulerHop left, SchedulerHop right) => left.Equals(right);

    /// <summary>Other scheduler.</summary>
    public static bool operator !=(SchedulerHop left, SchedulerHop right) => !left.Equals(right);
}
