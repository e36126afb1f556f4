namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>Spreads events over the sinks of a group, one batch after the other; what a sink fails on goes to the next one.</summary>
/// <param name="options">Its options.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For <c>selector = random</c>; offered by a host that wants the same order again.</param>
[SinkProcessor("load_balance", JavaClass = "org.apache.flume.sink.LoadBalancingSinkProcessor")]
public sealed class LoadBalanceSinkProcessor(LoadBalanceSinkProcessorOptions options, TimeProvider time, Random? random = null) : ISinkProcessor
{
    private const int MostFailures = 16;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);
    private static readonly TimeSpan DefaultMaxTimeOut = new LoadBalanceSinkProcessorOptions().MaxTimeOut;

    private readonly long _start = time.GetTimestamp();
    private readonly Random _random = random ?? Random.Shared;
    private readonly TimeSpan _maxTimeOut = options.MaxTimeOut == TimeSpan.Zero ? DefaultMaxTimeOut : options.MaxTimeOut; // Flume-compatible
    private readonly Dictionary<int, Failure> _failures = [];
    private int[] _order = [];
    private int _head;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public int? Choose(IReadOnlyList<SinkState> sinks, int attempt)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        if (attempt == 0)
        {
            _order = Order(sinks);
        }

        return attempt < _order.Length ? _order[attempt] : null;
    }

    /// <inheritdoc/>
    public void Report(int sink, Exception? failure)
    {
        // Flume-compatible: a success does not make a sink's next penalty shorter, only time does.
        if (failure is null || !options.Backoff)
        {
            return;
        }

        var count = _failures.TryGetValue(sink, out var last) && Now - last.At <= last.Penalty + Memory ? Math.Min(last.Count + 1, MostFailures) : 1;
        _failures[sink] = new Failure(count, Now, Penalty.After(count, _maxTimeOut));
    }

    /// <inheritdoc/>
    public TimeSpan? RetryAfter(IReadOnlyList<SinkState> sinks)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        if (!sinks.All(static sink => sink.IsRunning) || Enumerable.Range(0, sinks.Count).Any(IsActive))
        {
            return null;
        }

        return _failures.Values.Min(static failure => failure.RetryAt) - Now;
    }

    private int[] Order(IReadOnlyList<SinkState> sinks)
    {
        int[] active = [.. Enumerable.Range(0, sinks.Count).Where(i => sinks[i].IsRunning && IsActive(i))];
        if (options.Selector == SinkSelector.Random)
        {
            _random.Shuffle(active);
            return active;
        }

        if (active.Length == 0)
        {
            return active;
        }

        // The head counts active sinks and moves by one for each lease, whatever fails: the share of a dead sink goes to the one behind it.
        var head = _head >= active.Length ? 0 : _head;
        _head = (head + 1) % active.Length;
        return [.. active[head..], .. active[..head]];
    }

    private bool IsActive(int sink) => !_failures.TryGetValue(sink, out var failure) || failure.RetryAt <= Now;

    private readonly record struct Failure(int Count, TimeSpan At, TimeSpan Penalty)
    {
        public TimeSpan RetryAt => At + Penalty;
    }
}
