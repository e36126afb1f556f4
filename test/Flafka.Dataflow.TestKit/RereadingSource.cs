namespace Flafka.Dataflow.TestKit;

/// <summary>A source over numbered events that can read again; pipelines like the file and Kafka sources do.</summary>
/// <param name="name">Bodies are <c>name-number</c>.</param>
/// <param name="count">How many events there are.</param>
/// <param name="nextBatch">Size of the next batch, at least 1.</param>
/// <param name="position">Where to begin; what was settled in an earlier run.</param>
public sealed class RereadingSource(string name, int count, Func<int> nextBatch, int position = 0) : ISource
{
    private readonly int _count = count;
    private PositionTracker<int> _tracker = new(position);

    /// <summary>Where a later run has to begin.</summary>
    public int Position => _tracker.Settled;

    /// <summary>It stops before this one until more is allowed.</summary>
    public int Limit
    {
        get;
        set
        {
            field = value;
            _tracker.Changed.Set();
        }
    }
    = count;

    /// <summary>How often it went back.</summary>
    public int Rewinds { get; private set; }

    /// <summary>Where it stands, for messages of failing tests.</summary>
    public override string ToString() => $"{name} at {Position} of {_count}, {_tracker.Unsettled} unsettled, rejection {_tracker.HasRejection}, {Rewinds} rewinds";

    public bool IsIdle => Position == Limit;

    public Task StartAsync(CancellationToken abort)
    {
        _tracker = new PositionTracker<int>(Position);
        return Task.CompletedTask;
    }

    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        var next = Position;
        while (Position < _count && !stopping.IsCancellationRequested)
        {
            if (_tracker.TryRewind(out var settled))
            {
                next = settled;
                Rewinds++;
                output.AcknowledgeRejection();
            }

            if (_tracker.HasRejection || next >= Limit)
            {
                await _tracker.Changed.WaitAsync(stopping);
                continue;
            }

            var size = Math.Min(nextBatch(), Limit - next);
            var first = next;
            next += size;
            await output.SendAsync(
                new EventBatch([.. Enumerable.Range(first, size).Select(n => FlumeEvent.FromText($"{name}-{n}"))], _tracker.Track(next)), stopping);
        }
    }
}
