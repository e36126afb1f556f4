namespace Flafka.Dataflow;

/// <summary>The sinks of a group are on one channel and as many as its processor can work with, and a sink is in one group.</summary>
internal sealed class SinkGroupRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        var channels = agent.Definitions(ComponentKind.Sink).Where(sink => sink.Channels.Length == 1)
            .ToDictionary(sink => sink.Id.Name, sink => sink.Channels[0], StringComparer.Ordinal);
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in agent.Definitions(ComponentKind.SinkProcessor))
        {
            var path = $"{group.Id}.sinks";
            var span = group.Node.Child("sinks")?.ValueSpan ?? group.Node.Span;
            foreach (var sink in group.Channels.Where(sink => !groups.TryAdd(sink, group.Id.Name)))
            {
                diagnostics.Add(
                    Codes.SinkInTwoGroups, path, span, $"the sink '{sink}' is in the group '{groups[sink]}' already",
                    $"Take '{sink}' out of one of the two groups.");
            }

            var wired = group.Channels.Where(channels.ContainsKey).ToArray();
            if (wired.Select(sink => channels[sink]).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                diagnostics.Add(
                    Codes.GroupOnDifferentChannels, path, span,
                    $"the sinks of a group share one channel, but here {string.Join(", ", wired.Select(sink => $"{channels[sink]} -> {sink}"))}",
                    $"Set the channel of all of them to '{channels[wired[0]]}', or take the others out of the group.");
            }

            if (agent.IsWired)
            {
                CheckSize(group, agent.Groups.FirstOrDefault(bound => bound.Definition == group)?.Descriptor.Alias, diagnostics);
            }
        }
    }

    // Flume: drops the group, and its sinks do not run at all.
    private static void CheckSize(ComponentDefinition group, string? processor, DiagnosticBag diagnostics)
    {
        var path = $"{group.Id}.processor.type";
        var span = group.Node.Find("processor.type")?.ValueSpan ?? group.Node.Span;
        switch (processor, group.Channels.Length)
        {
            case ("default", > 1):
                diagnostics.Add(
                    Codes.GroupSize, path, span, $"the processor 'default' is for one sink, and the group has {group.Channels.Length}",
                    $"Set {path} = failover (one sink works, the others stand by) or load_balance (they share the events).");
                break;
            case ("load_balance", 1):
                diagnostics.Add(
                    Codes.GroupSize, path, span, "the processor 'load_balance' is for two sinks or more, and the group has one",
                    "Add a sink to the group, or remove the group: a sink without a group runs as well.");
                break;
        }
    }
}
