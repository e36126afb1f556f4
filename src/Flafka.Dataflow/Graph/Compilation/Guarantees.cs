using System.Collections.Immutable;
using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>Says for every path from a source to a sink what happens to events when the process crashes and when the power is cut.</summary>
public static class Guarantees
{
    // A source that reads again has at most this many batches unsettled.
    private const int BatchesUnderWay = 64;

    /// <summary>The guarantee of every path, in the order of the plan.</summary>
    public static ImmutableArray<PathGuarantee> Of(GraphPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var nodes = plan.Nodes.ToDictionary(node => node.Id, StringComparer.Ordinal);
        var paths = ImmutableArray.CreateBuilder<PathGuarantee>();
        foreach (var put in plan.Edges.Where(edge => edge.Kind != EdgeKind.Lease))
        {
            foreach (var lease in plan.Edges.Where(edge => edge.Kind == EdgeKind.Lease && edge.From == put.To))
            {
                var egress = (EgressNode)nodes[lease.To];
                foreach (var sink in egress.Sinks)
                {
                    paths.Add(Of(((IngressNode)nodes[put.From]).Source, put, ((ChannelNode)nodes[put.To]).Channel, egress, sink));
                }
            }
        }

        return paths.ToImmutable();
    }

    private static PathGuarantee Of(BoundComponent source, PlanEdge edge, BoundComponent channel, EgressNode egress, BoundComponent sink)
    {
        var holding = (sink.Options as IHoldsEvents)?.Plan(channel.Traits());
        var (level, crash) = Crash(source, edge, channel, egress, holding);
        var reason = holding is null ? string.Empty : $" {holding.Reason}";
        return new PathGuarantee(
            source.Definition.Id.Name, channel.Definition.Id.Name, sink.Definition.Id.Name, level, $"{crash}{reason} {PowerCut(sink, level)}");
    }

    private static (GuaranteeLevel Level, string Text) Crash(
        BoundComponent source, PlanEdge edge, BoundComponent channel, EgressNode egress, HoldingPlan? holding)
    {
        var name = channel.Definition.Id.Name;
        var isDurable = channel.Descriptor.IsDurable;
        if (edge.Kind == EdgeKind.Optional)
        {
            return (
                GuaranteeLevel.BestEffort,
                $"Best effort: {name} takes only what it has room for at once. "
                + $"Process crash: what {name} holds is {(isDurable ? "kept" : "lost")}.");
        }

        var leased = holding is null ? (long)egress.MaxEvents * egress.Window : holding.IsWhole ? channel.Traits().Capacity : Math.Min(holding.Events, channel.Traits().Capacity);
        string Repeat(long most)
        {
            var how = holding is { IsWhole: true } ? "again" : "twice";
            return most == long.MaxValue ? $"what the sink holds comes {how}" : $"at most {Number(most)} events come {how}";
        }

        if (source.Descriptor.CanReadAgain && (isDurable || edge.EndToEnd))
        {
            var underWay = (long)BatchesUnderWay * Planner.BatchSize(source);
            var most = edge.EndToEnd ? underWay : leased == long.MaxValue ? leased : underWay + leased;
            return (GuaranteeLevel.AtLeastOnce, $"At least once. Process crash: nothing is lost, {Repeat(most)}.");
        }

        if (isDurable)
        {
            return (
                GuaranteeLevel.AtLeastOnce,
                $"At least once from {name} on. Process crash: what {name} holds is kept, {Repeat(leased)}; "
                + $"what it had not stored yet is up to whoever sends to {source.Definition.Id.Name}.");
        }

        return edge.EndToEnd
            ? (GuaranteeLevel.AtLeastOnce,
                $"At least once. Process crash: nothing is lost that {source.Definition.Id.Name} was told is delivered; "
                + "the rest is up to whoever sends to it.")
            : (GuaranteeLevel.LostInCrash, $"Process crash: what {name} holds is lost{Capacity(channel)}{Advice(source, channel)}.");
    }

    private static string PowerCut(BoundComponent sink, GuaranteeLevel level)
    {
        var name = sink.Descriptor.DisplayName;
        var point = sink.Options as ICommitPoint;
        var setting = point?.SyncKey is { } key ? $"; set {key}" : string.Empty;
        return (point?.CommitPoint ?? CommitPoint.Remote, level) switch
        {
            (CommitPoint.OperatingSystem, GuaranteeLevel.AtLeastOnce) => $"Power cut: what {name} wrote in the last seconds may be lost{setting}.",
            (CommitPoint.OperatingSystem, _) => $"Power cut: the same, and what {name} wrote in the last seconds{setting}.",
            (CommitPoint.Nowhere, _) => $"Power cut: the same. {name} keeps nothing.",
            (CommitPoint.Remote, _) => $"Power cut: the same; what {name} has delivered is kept by the rules of its server.",
            _ => "Power cut: the same.",
        };
    }

    private static string Capacity(BoundComponent channel) =>
        channel.Descriptor.Options.FirstOrDefault(option => option.Key == "capacity")?.Member?.GetValue(channel.Options) is IFormattable capacity
            ? $", up to {Number(capacity)} events"
            : string.Empty;

    private static string Advice(BoundComponent source, BoundComponent channel) =>
        source.Descriptor.CanReadAgain && channel.Options is IAcknowledging
            ? $"; without {channel.Definition.Id}.acknowledge nothing would be lost"
            : string.Empty;

    private static string Number(IFormattable number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
