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
        TaskCompletionSource? waiter;
        do
        {
            lock (_sync)
            {
                waiter = _waiter;
                _waiter = null;
                _isSet = waiter is null;
            }
        }
        while (waiter?.TrySetResult() == false); // it was cancelled meanwhile, and another may wait by now
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
