using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// Events between the reader of a program's output and the loop that hands them over. The reader adds what one read gave and waits while there is
/// a batch, so they are bounded by a batch and a read.
/// </summary>
/// <param name="runtime">The clock of the waits.</param>
/// <param name="batchSize">Events of a batch.</param>
internal sealed class PendingLines(AgentRuntime runtime, int batchSize)
{
    private readonly Lock _sync = new();
    private readonly List<FlumeEvent> _events = [];
    private readonly AsyncSignal _changed = new();
    private readonly AsyncSignal _room = new();
    private bool _isComplete;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>Whether nothing more will be added.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_sync)
            {
                return _isComplete;
            }
        }
    }

    /// <summary>Adds events, then waits until there is less than a batch.</summary>
    public async Task AddAsync(IEnumerable<FlumeEvent> events, CancellationToken stopping)
    {
        lock (_sync)
        {
            _events.AddRange(events);
        }

        _changed.Set();
        while (Count >= batchSize)
        {
            await _room.WaitAsync(stopping);
        }
    }

    /// <summary>Says that nothing more will be added.</summary>
    public void Complete()
    {
        lock (_sync)
        {
            _isComplete = true;
        }

        _changed.Set();
    }

    /// <summary>The first events, at most a batch; they stay until they are removed.</summary>
    public ImmutableArray<FlumeEvent> First()
    {
        lock (_sync)
        {
            return [.. _events.Take(batchSize)];
        }
    }

    /// <summary>Removes the first events.</summary>
    public void Remove(int count)
    {
        lock (_sync)
        {
            _events.RemoveRange(0, count);
        }

        _room.Set();
    }

    /// <summary>Waits until something was added or the end is known, or time is over.</summary>
    public async Task ChangeAsync(TimeSpan limit, CancellationToken stopping)
    {
        using var time = new CancellationTokenSource(limit, runtime.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping);
        try
        {
            await _changed.WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at what there is.
        }
    }
}
