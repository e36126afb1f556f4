using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Options of the <c>stress</c> source.</summary>
public sealed class StressSourceOptions : IBatchSized, ISetsHeaders
{
    /// <summary>Length of the body of every event; every byte is 0x7F.</summary>
    [Option("size", Unit = "bytes"), Range(0, 1 << 30)]
    public int Size { get; init; } = 500;

    /// <summary>Events in one batch. The last batch is shorter where a limit asks for it.</summary>
    [Option("batchSize", Unit = "events"), Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 1;

    /// <summary>How many events are tried, those that fail included; then the source ends. A negative number means no end.</summary>
    [Option("maxTotalEvents", Unit = "events")]
    public long MaxTotalEvents { get; init; } = -1;

    /// <summary>How many events have to be taken by the channels; then the source ends. A negative number means no end.</summary>
    [Option("maxSuccessfulEvents", Unit = "events")]
    public long MaxSuccessfulEvents { get; init; } = -1;

    /// <summary>Most events in a second, evenly spread; 0 means as many as the channels take.</summary>
    [Option("maxEventsPerSecond", Unit = "events"), Range(0, int.MaxValue)]
    public int MaxEventsPerSecond { get; init; }

    /// <summary>Pause after a batch that the channels refused, and how much longer it gets each time.</summary>
    [Option("backoffSleepIncrement", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan BackoffSleepIncrement { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause.</summary>
    [Option("maxBackoffSleep", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan MaxBackoffSleep { get; init; } = TimeSpan.FromSeconds(5);

    bool ISetsHeaders.MaySet(string header) => false;
}
