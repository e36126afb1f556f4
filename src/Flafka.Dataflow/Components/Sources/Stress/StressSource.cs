using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Sends one and the same event as fast as the channels take it, for measuring what an agent can do.</summary>
/// <remarks>A batch that is refused is counted as tried and not sent again: any other is as good.</remarks>
[Source("stress", JavaClass = "org.apache.flume.source.StressSource")]
public sealed class StressSource(StressSourceOptions options, AgentRuntime runtime) : ISource
{
    private const byte Filling = 0x7F;

    private long _tried;
    private long _taken;

    private long Left => Math.Min(
        options.MaxTotalEvents < 0 ? long.MaxValue : options.MaxTotalEvents - _tried,
        options.MaxSuccessfulEvents < 0 ? long.MaxValue : options.MaxSuccessfulEvents - _taken);

    /// <summary>Whether all events are sent.</summary>
    public bool IsIdle => Left <= 0;

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            await SendAllAsync(output, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Events that were not taken are not missed.
        }
    }

    private async Task SendAllAsync(ISourceOutput output, CancellationToken stopping)
    {
        var body = new byte[options.Size];
        body.AsSpan().Fill(Filling);
        var whole = Enumerable.Repeat(new FlumeEvent(body), options.BatchSize).ToImmutableArray();
        var pace = options.MaxEventsPerSecond == 0 ? null : new Pace(runtime, options.MaxEventsPerSecond);
        var failures = 0;

        // Flume: a batch may go beyond maxSuccessfulEvents.
        while (Left is > 0 and var left && !stopping.IsCancellationRequested)
        {
            var batch = left < whole.Length ? whole[..(int)left] : whole;
            if (pace is not null)
            {
                await pace.WaitAsync(batch.Length, stopping);
            }

            _tried += batch.Length;
            if ((await output.DeliverAsync(batch, stopping)).IsDelivered)
            {
                _taken += batch.Length;
                failures = 0;
            }
            else if (Left > 0)
            {
                failures++;
                var pause = Math.Min(failures * options.BackoffSleepIncrement.Ticks, options.MaxBackoffSleep.Ticks);
                await runtime.DelayAsync(TimeSpan.FromTicks(pause), stopping);
            }
        }
    }

    /// <summary>Spreads events evenly. What a late timer or a slow channel cost is made up for, up to the events of a second.</summary>
    private sealed class Pace(AgentRuntime runtime, int eventsPerSecond)
    {
        private readonly long _start = runtime.Time.GetTimestamp();
        private TimeSpan _next;

        public async Task WaitAsync(int events, CancellationToken stopping)
        {
            var now = runtime.Time.GetElapsedTime(_start);
            if (_next > now)
            {
                await runtime.DelayAsync(_next - now, stopping);
            }
            else if (now - _next > TimeSpan.FromSeconds(1))
            {
                _next = now - TimeSpan.FromSeconds(1);
            }

            _next += TimeSpan.FromSeconds((double)events / eventsPerSecond);
        }
    }
}
