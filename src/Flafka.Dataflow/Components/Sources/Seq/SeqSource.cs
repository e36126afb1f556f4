using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Counts: the events <c>0</c>, <c>1</c>, <c>2</c> and so on, for trying things out. Begins at 0 whenever the process starts.</summary>
/// <remarks>A batch that is rejected is sent again, with all behind it, so no number is missing as long as the process lives.</remarks>
[Source("seq", JavaClass = "org.apache.flume.source.SequenceGeneratorSource")]
public sealed class SeqSource(SeqSourceOptions options, AgentRuntime runtime) : ISource
{
    private const int LongestNumber = 19;

    private PositionTracker<long> _positions = new(0);

    /// <summary>Whether all events are delivered.</summary>
    public bool IsIdle => _positions.Settled == options.TotalEvents;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken abort)
    {
        _positions = new PositionTracker<long>(_positions.Settled);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            await CountAsync(output, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The number that was not taken is the next one.
        }
    }

    private async Task CountAsync(ISourceOutput output, CancellationToken stopping)
    {
        var positions = _positions;
        var next = positions.Settled;
        var failures = 0;
        var settledAtFailure = -1L;
        while (positions.Settled < options.TotalEvents && !stopping.IsCancellationRequested)
        {
            if (positions.TryRewind(out var settled))
            {
                // Flume: tries again at once, without a pause.
                failures = settled == settledAtFailure ? failures + 1 : 1;
                (next, settledAtFailure) = (settled, settled);
                var pause = Math.Min(failures * options.BackoffSleepIncrement.Ticks, options.MaxBackoffSleep.Ticks);
                await runtime.DelayAsync(TimeSpan.FromTicks(pause), stopping);
                output.AcknowledgeRejection();
            }
            else if (next < options.TotalEvents && !positions.HasRejection)
            {
                var events = Events(next, (int)Math.Min(options.BatchSize, options.TotalEvents - next));
                next += events.Length;
                await output.SendAsync(new EventBatch(ImmutableCollectionsMarshal.AsImmutableArray(events), positions.Track(next)), stopping);
            }
            else
            {
                await positions.Changed.WaitAsync(stopping);
            }
        }
    }

    private static FlumeEvent[] Events(long first, int count)
    {
        var events = new FlumeEvent[count];
        Span<byte> digits = stackalloc byte[LongestNumber];
        for (var i = 0; i < count; i++)
        {
            Utf8Formatter.TryFormat(first + i, digits, out var length);
            events[i] = new FlumeEvent(digits[..length].ToArray());
        }

        return events;
    }
}
