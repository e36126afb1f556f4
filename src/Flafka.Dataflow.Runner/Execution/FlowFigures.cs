using System.Globalization;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>How many events of a flow are where.</summary>
/// <param name="In">Handed over by its sources, as often as they read them.</param>
/// <param name="Held">In its channels now.</param>
/// <param name="Out">Delivered by its sinks.</param>
internal readonly record struct FlowFigures(long In, long Held, long Out)
{
    public static FlowFigures operator +(FlowFigures left, FlowFigures right) => new(left.In + right.In, left.Held + right.Held, left.Out + right.Out);

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"in {In:N0}, held {Held:N0}, out {Out:N0}");
}
