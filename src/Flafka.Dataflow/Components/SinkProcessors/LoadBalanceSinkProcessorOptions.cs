using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>Options of the <c>load_balance</c> sink processor.</summary>
public sealed class LoadBalanceSinkProcessorOptions
{
    /// <summary><c>round_robin</c> or <c>random</c>.</summary>
    [Option("selector")]
    public SinkSelector Selector { get; init; }

    /// <summary>
    /// Whether a sink that failed is left alone for a while: 2 s, then 4, 8 and so on up to <c>selector.maxTimeOut</c>. Without it the sink gets
    /// its share of events again at once, and the next sink takes what it fails on.
    /// </summary>
    [Option("backoff")]
    public bool Backoff { get; init; }

    /// <summary>The longest time that a failed sink is left alone; 0 means the default.</summary>
    [Option("selector.maxTimeOut", Unit = "ms"), Range(0, long.MaxValue)]
    public TimeSpan MaxTimeOut { get; init; } = TimeSpan.FromSeconds(30);
}
