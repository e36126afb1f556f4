using System.Globalization;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>How many events of a flow are where.</summary>
/// <param name="In">Handed over by its sources, as often as they read them.</param>
/// <param name="Held">In its channels now.</param>
/// <param name="Out">Delivered by its sinks.</param>
/// <param name="Oldest">Age of the oldest event that is held, where that is known.</param>
internal readonly record struct FlowFigures(long In, long Held, long Out, TimeSpan? Oldest)
{
    public static FlowFigures operator +(FlowFigures left, FlowFigures right) =>
        new(left.In + right.In, left.Held + right.Held, left.Out + right.Out, left.Oldest > right.Oldest ? left.Oldest : right.Oldest ?? left.Oldest);

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"in {In:N0}, held {Held:N0}{Age()}, out {Out:N0}");

    private string Age() => Oldest is { } age ? string.Create(CultureInfo.InvariantCulture, $" (oldest for {age.TotalSeconds:N1} s)") : "";
}
