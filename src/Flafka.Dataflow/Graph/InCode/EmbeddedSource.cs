using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The way in for events of the program itself.</summary>
internal sealed class EmbeddedSource(AgentRuntime runtime) : ISource
{
    private readonly Lock _sync = new();
    private readonly AsyncSignal _left = new();
    private TaskCompletionSource<ISourceOutput> _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;

    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        _running.SetResult(output);
        try
        {
            await runtime.DelayAsync(Timeout.InfiniteTimeSpan, stopping);
        }
        catch (OperationCanceledException)
        {
            // Nobody may put any more; those who did are waited for.
        }

        lock (_sync)
        {
            _running = new TaskCompletionSource<ISourceOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        while (Volatile.Read(ref _inside) > 0)
        {
            await _left.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until the source runs, then until the channels took or refused the events.</summary>
    /// <exception cref="OperationCanceledException">The token fired before anything was put.</exception>
    public async Task<Settlement> PutAsync(ImmutableArray<FlumeEvent> events, CancellationToken cancel)
    {
        ISourceOutput? output;
        while (!TryEnter(out var running, out output))
        {
            await Join.WithinAsync(runtime, running, Timeout.InfiniteTimeSpan, cancel);
            cancel.ThrowIfCancellationRequested();
        }

        try
        {
            return await output!.DeliverAsync(events, cancel);
        }
        finally
        {
            if (Interlocked.Decrement(ref _inside) == 0)
            {
                _left.Set();
            }
        }
    }

    private bool TryEnter(out Task<ISourceOutput> running, out ISourceOutput? output)
    {
        lock (_sync)
        {
            running = _running.Task;
            output = running.IsCompletedSuccessfully ? running.Result : null;
            if (output is not null)
            {
                _inside++;
            }

            return output is not null;
        }
    }
}
