namespace Flafka.Dataflow;

/// <summary>
/// Wakes one waiter, and remembers one wake-up when nobody waits. Thread-safe; for a single waiter at a time. The waiter continues on its own scheduler.
/// </summary>
public sealed class AsyncSignal
{
    private readonly Lock _sync = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        lock (_sync)
        {
            // Under the lock: between finding the last waiter cancelled and remembering the wake-up, the next one must not begin to wait. Nothing continues in here.
            _isSet = _waiter?.TrySetResult() != true;
            _waiter = null;
        }
    }

    /// <summary>Completes at the next <see cref="Set"/>, at once when there was one since the last wait.</summary>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        TaskCompletionSource waiter;
        lock (_sync)
        {
            cancel.ThrowIfCancellationRequested();
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiter = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var registration = cancel.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter);
        await waiter.Task;
    }
}
