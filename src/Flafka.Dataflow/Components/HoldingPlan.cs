namespace Flafka.Dataflow;

/// <summary>How a sink commits that holds events.</summary>
/// <param name="Reason">A sentence for the plan: what it does and why.</param>
/// <param name="Events">How many events it wants to hold at least; a channel of fewer is worth a warning. Where nothing is whole, no more are held.</param>
/// <param name="IsWhole">Whether events that come again after a crash are nowhere to be seen before.</param>
public sealed record HoldingPlan(string Reason, long Events, bool IsWhole)
{
    /// <summary>What a smaller channel leads to, with the place of its capacity as <c>{0}</c>, for example "files will be cut at about {0} events".</summary>
    public string? WhenCramped { get; init; }
}
