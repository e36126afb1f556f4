namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What a sink does beside its batches: files that are finished, cut or deleted. Thread-safe.</summary>
internal sealed class Background(AgentRuntime runtime) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _running = [];

    /// <summary>Fires when waiting for another try is over: one more, now, is the last.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Fires when a call under way is to end.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Begins something; it must not throw.</summary>
    public void Start(Func<Task> work)
    {
        var task = runtime.Start(work);
        lock (_sync)
        {
            _running.RemoveAll(static task => task.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>Waits for all that is under way, and for what that begins.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        _stopping.Cancel();
        using (abort.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _abort))
        {
            while (true)
            {
                Task[] running;
                lock (_sync)
                {
                    running = [.. _running];
                    _running.Clear();
                }

                if (running.Length == 0)
                {
                    return;
                }

                await Join.AllAsync(running);
            }
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _abort.Dispose();
    }
}
