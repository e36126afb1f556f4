using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Options of the <c>seq</c> source.</summary>
public sealed class SeqSourceOptions : IBatchSized, ISetsHeaders
{
    /// <summary>Events in one batch.</summary>
    [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 1;

    /// <summary>How many events there are; then the source ends.</summary>
    [Option("totalEvents", Unit = "events"), Range(0, long.MaxValue)]
    public long TotalEvents { get; init; } = long.MaxValue;

    /// <summary>Pause before events that were rejected are sent again, and how much longer it gets each time.</summary>
    [Option("backoffSleepIncrement", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan BackoffSleepIncrement { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause.</summary>
    [Option("maxBackoffSleep", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan MaxBackoffSleep { get; init; } = TimeSpan.FromSeconds(5);

    bool ISetsHeaders.MaySet(string header) => false;
}
