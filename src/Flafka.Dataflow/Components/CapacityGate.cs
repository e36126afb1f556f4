namespace Flafka.Dataflow;

/// <summary>
/// Admits by events and by bytes, first come first served. Permits are taken before something is stored and come back when it is gone for good.
/// </summary>
/// <remarks>
/// Thread-safe. Something larger than the whole byte budget is admitted alone, when nothing else is inside; more events than the whole
/// capacity never are: the caller splits.
/// </remarks>
public sealed class CapacityGate(AgentRuntime runtime, long maxEvents, long maxBytes)
{
    private readonly Lock _sync = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private long _events;
    private long _bytes;

    /// <summary>Most events inside.</summary>
    public long MaxEvents { get; } = maxEvents;

    /// <summary>Most bytes inside, but for a single larger event.</summary>
    public long MaxBytes { get; } = maxBytes;

    /// <summary>Whether anybody waits for room.</summary>
    public bool HasWaiters => Volatile.Read(ref _waiting) > 0;

    private int _waiting;

    /// <summary>Events inside.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Bytes inside.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Takes free room at once; never passes one who waits.</summary>
    public bool TryAcquire(int events, long bytes)
    {
        lock (_sync)
        {
            if (_waiters.Count > 0 || !Fits(events, bytes))
            {
                return false;
            }

            Take(events, bytes);
            return true;
        }
    }

    /// <summary>Counts what is inside already, from before a restart; it may be more than would be admitted.</summary>
    public void Occupy(long events)
    {
        lock (_sync)
        {
            _events += events;
        }
    }

    /// <summary>Waits for room.</summary>
    /// <param name="events">At most <see cref="MaxEvents"/>.</param>
    /// <param name="bytes">Bytes of their bodies.</param>
    /// <param name="limit">How long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="abort">Ends the waiting.</param>
    /// <returns>False when the time was over or <paramref name="abort"/> fired: nothing was taken.</returns>
    public async ValueTask<bool> AcquireAsync(int events, long bytes, TimeSpan limit, CancellationToken abort)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, MaxEvents);
        var waiter = new Waiter(events, bytes);
        LinkedListNode<Waiter> node;
        lock (_sync)
        {
            if (_waiters.Count == 0 && Fits(events, bytes))
            {
                Take(events, bytes);
                return true;
            }

            if ((limit <= TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan) || abort.IsCancellationRequested)
            {
                return false;
            }

            node = _waiters.AddLast(waiter);
            Volatile.Write(ref _waiting, _waiters.Count);
        }

        using var registration = abort.UnsafeRegister(_ => GiveUp(node), null);
        using var timer = limit == Timeout.InfiniteTimeSpan ? null : runtime.Time.CreateTimer(_ => GiveUp(node), null, limit, Timeout.InfiniteTimeSpan);
        return await waiter.Granted.Task;
    }

    /// <summary>Gives room back and lets in who waits, in order.</summary>
    public void Release(int events, long bytes)
    {
        List<Waiter>? granted;
        lock (_sync)
        {
            _events -= events;
            _bytes -= bytes;
            if (_events < 0 || _bytes < 0)
            {
                throw new InvalidOperationException("More room was given back than was taken.");
            }

            granted = Admit();
        }

        Complete(granted);
    }

    private void GiveUp(LinkedListNode<Waiter> node)
    {
        List<Waiter>? granted;
        lock (_sync)
        {
            if (node.List is null)
            {
                return; // granted already
            }

            _waiters.Remove(node);
            granted = Admit(); // a small one may have stood behind a large one
            Volatile.Write(ref _waiting, _waiters.Count);
        }

        node.Value.Granted.TrySetResult(false);
        Complete(granted);
    }

    private List<Waiter>? Admit()
    {
        List<Waiter>? granted = null;
        while (_waiters.First is { } first && Fits(first.Value.Events, first.Value.Bytes))
        {
            Take(first.Value.Events, first.Value.Bytes);
            _waiters.RemoveFirst();
            Volatile.Write(ref _waiting, _waiters.Count);
            (granted ??= []).Add(first.Value);
        }

        return granted;
    }

    private static void Complete(List<Waiter>? granted)
    {
        if (granted is not null)
        {
            foreach (var waiter in granted)
            {
                waiter.Granted.TrySetResult(true);
            }
        }
    }

    private bool Fits(int events, long bytes) => _events + events <= MaxEvents && (_bytes + bytes <= MaxBytes || _events == 0);

    private void Take(int events, long bytes)
    {
        _events += events;
        _bytes += bytes;
    }

    private sealed class Waiter(int events, long bytes)
    {
        public int Events { get; } = events;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource<bool> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
