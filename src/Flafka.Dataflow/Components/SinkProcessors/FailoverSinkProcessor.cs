using Flafka.Dataflow.Components.Serialization;

namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>
/// Gives all events to the working sink of the highest priority. A sink that fails is left alone for 2 s, then 4, 8 and so on up to
/// <c>maxpenalty</c>; when that time is over it is tried again with real events, and is back at its place when it takes them.
/// </summary>
[SinkProcessor("failover", JavaClass = "org.apache.flume.sink.FailoverSinkProcessor")]
public sealed class FailoverSinkProcessor(FailoverSinkProcessorOptions options, TimeProvider time) : ISinkProcessor
{
    private readonly long _start = time.GetTimestamp();
    private readonly HashSet<int> _tried = [];
    private int[]? _byPriority;
    private Failure?[] _failed = [];

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public int? Choose(IReadOnlyList<SinkState> sinks, int attempt)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        _byPriority ??= Rank(sinks);
        if (attempt == 0)
        {
            _tried.Clear();
        }

        var chosen = Due(sinks) ?? First(sinks);
        if (chosen is { } sink)
        {
            _tried.Add(sink);
        }

        return chosen;
    }

    /// <inheritdoc/>
    public void Report(int sink, Exception? failure)
    {
        if (failure is null)
        {
            _failed[sink] = null;
            return;
        }

        var count = (_failed[sink]?.Count ?? 0) + 1;
        _failed[sink] = new Failure(count, Now + Penalty.After(count, options.MaxPenalty));
    }

    /// <inheritdoc/>
    public TimeSpan? RetryAfter(IReadOnlyList<SinkState> sinks)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        var wait = TimeSpan.MaxValue;
        for (var i = 0; i < sinks.Count; i++)
        {
            if (!sinks[i].IsRunning)
            {
                continue;
            }

            if (i >= _failed.Length || _failed[i] is not { } failure)
            {
                return TimeSpan.Zero;
            }

            wait = wait < failure.RetryAt - Now ? wait : failure.RetryAt - Now;
        }

        // A penalty of nothing would spin, and a sink that is being started may be there first: the host's steps then.
        return wait > TimeSpan.Zero && sinks.All(static sink => sink.IsRunning) ? wait : null;
    }

    // Flume: asks whether the time has passed strictly; by a clock of milliseconds that is the same.
    private int? Due(IReadOnlyList<SinkState> sinks)
    {
        int? due = null;
        for (var i = 0; i < sinks.Count; i++)
        {
            if (_failed[i] is { } failure && failure.RetryAt <= Now && IsFree(sinks, i) && (due is null || failure.RetryAt < _failed[due.Value]!.Value.RetryAt))
            {
                due = i;
            }
        }

        return due;
    }

    private int? First(IReadOnlyList<SinkState> sinks)
    {
        foreach (var i in _byPriority!)
        {
            if (_failed[i] is null && IsFree(sinks, i))
            {
                return i;
            }
        }

        return null;
    }

    private bool IsFree(IReadOnlyList<SinkState> sinks, int sink) => sinks[sink].IsRunning && !_tried.Contains(sink);

    // Flume-compatible: without a number a sink gets -1, -2, ... in the order of a Java hash map, not of the configuration.
    private int[] Rank(IReadOnlyList<SinkState> sinks)
    {
        _failed = new Failure?[sinks.Count];
        var hashOrder = new int[sinks.Count];
        JavaHeaderOrder.Fill(sinks.Aggregate(EventHeaders.Empty, static (names, sink) => names.Set(sink.Name, string.Empty)), hashOrder);
        var priorities = new int[sinks.Count];
        var next = -1;
        foreach (var i in hashOrder)
        {
            priorities[i] = options.PriorityOf(sinks[i].Name) ?? next--;
        }

        return [.. Enumerable.Range(0, sinks.Count).OrderByDescending(i => priorities[i])];
    }

    private readonly record struct Failure(int Count, TimeSpan RetryAt);
}
