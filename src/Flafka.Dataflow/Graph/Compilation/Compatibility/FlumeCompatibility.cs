using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>
/// With <see cref="CompatibilityMode.Flume"/>, mistakes of the codes listed here are warnings, and what Flume leaves out is left out. All other
/// mistakes stay errors, also those for which Flume loads nothing at all.
/// </summary>
internal static class FlumeCompatibility
{
    private delegate ConfigNode? Tolerate(ConfigNode agent, string[] path);

    // One entry, one code, one test. Each gives the agent without the mistake, or null where Flume has no answer either.
    private static readonly ImmutableDictionary<string, (Tolerate Apply, string What)> Entries = new Dictionary<string, (Tolerate, string)>
    {
        [Codes.MissingType.Id] = (WithoutComponent, "the component is left out"),
        [Codes.BadValue.Id] = (WithoutComponent, "the component is left out"),
        [Codes.OutOfRange.Id] = (WithoutComponent, "the component is left out"),
        [Codes.MissingKey.Id] = (WithoutComponent, "the component is left out"),
        [Codes.MisspeltKey.Id] = (WithoutKey, "the key has no effect"),
        [Codes.NotConfigured.Id] = (WithoutEmpty, "the name has no effect"),
        [Codes.UndeclaredChannel.Id] = (WithoutUndeclared, "what is left without a channel is left out"),
        [Codes.SourceWithoutChannels.Id] = (WithoutComponent, "the source is left out"),
        [Codes.SinkWithoutChannel.Id] = (WithoutComponent, "the sink is left out"),
        [Codes.UndeclaredSink.Id] = (WithoutStrangers, "the group has its other sinks"),
        [Codes.SinkInTwoGroups.Id] = (WithoutTaken, "the sink is in the first of the groups"),
        [Codes.BatchTooLarge.Id] = (WithoutComponent, "the component is left out"),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The codes that become warnings.</summary>
    public static IEnumerable<string> ToleratedCodes => Entries.Keys;

    /// <summary>Compiles an agent; in Flume's mode again and again, each time without what Flume leaves out.</summary>
    public static GraphPlan? Compile(
        ConfigurationSettings settings, ConfigNode agent, DiagnosticBag diagnostics, Func<ConfigNode, DiagnosticBag, GraphPlan?> compile)
    {
        if (settings.Compatibility != CompatibilityMode.Flume)
        {
            return compile(agent, diagnostics);
        }

        while (true)
        {
            var bag = new DiagnosticBag();
            var plan = compile(agent, bag);
            var before = agent;
            foreach (var item in bag.Items.Where(item => item.Severity == DiagnosticSeverity.Error))
            {
                if (Entries.TryGetValue(item.Code, out var entry) && entry.Apply(agent, item.Path.Split('.')) is { } changed && !ReferenceEquals(changed, agent))
                {
                    agent = changed;
                    diagnostics.Report(item with { Severity = DiagnosticSeverity.Warning, Hint = $"As in Flume, {entry.What}. {item.Hint}".TrimEnd() });
                }
            }

            if (ReferenceEquals(before, agent))
            {
                foreach (var item in bag.Items)
                {
                    diagnostics.Report(item);
                }

                return plan;
            }
        }
    }

    // a1.sinks.k1.key: the third part names the component. Without its last channel Flume starts an agent that does nothing.
    private static ConfigNode? WithoutComponent(ConfigNode agent, string[] path) =>
        path is [_, AgentFamilies.Sources or AgentFamilies.Sinks or AgentFamilies.SinkGroups or AgentFamilies.Channels, var name, ..]
        && (path[1] != AgentFamilies.Channels || NameList.Of(agent.Child(AgentFamilies.Channels)).Any(other => other != name))
            ? With(agent, path[1], family => Without(family, name))
            : null;

    private static ConfigNode? WithoutKey(ConfigNode agent, string[] path) => path is [_, _, _, _, ..] ? Remove(agent, path.AsSpan(1)) : null;

    private static ConfigNode? WithoutEmpty(ConfigNode agent, string[] path) => path is [_, var family]
        ? With(agent, family, list => Only(list, name => list.Child(name) is { Children.IsEmpty: false }))
        : null;

    private static ConfigNode? WithoutUndeclared(ConfigNode agent, string[] path)
    {
        var declared = NameList.Of(agent.Child(AgentFamilies.Channels));
        if (path is not [_, AgentFamilies.Sources, var name, ..] || agent.Find($"{path[1]}.{name}.channels") is not { } list || !NameList.Of(list).Any(declared.Contains))
        {
            return WithoutComponent(agent, path);
        }

        return With(agent, path[1], family => With(family, name, source => With(source, "channels", channels => Only(channels, declared.Contains))));
    }

    private static ConfigNode? WithoutStrangers(ConfigNode agent, string[] path)
    {
        var sinks = NameList.Of(agent.Child(AgentFamilies.Sinks));
        return Group(agent, path, sinks.Contains);
    }

    private static ConfigNode? WithoutTaken(ConfigNode agent, string[] path)
    {
        var groups = agent.Child(AgentFamilies.SinkGroups);
        var taken = NameList.Of(groups).TakeWhile(name => name != path[2]).SelectMany(name => NameList.Of(groups!.Find($"{name}.sinks"))).ToHashSet();
        return Group(agent, path, name => !taken.Contains(name));
    }

    // A group without sinks is left out.
    private static ConfigNode? Group(ConfigNode agent, string[] path, Func<string, bool> keep) =>
        path is not [_, AgentFamilies.SinkGroups, var group, ..] ? null
        : NameList.Of(agent.Find($"{path[1]}.{group}.sinks")).Any(keep)
            ? With(agent, path[1], family => With(family, group, node => With(node, "sinks", list => Only(list, keep))))
            : WithoutComponent(agent, path);

    // These give back what they were given when there is nothing to change: each round of the loop takes something away, so it ends.
    private static ConfigNode Without(ConfigNode family, string name) =>
        Only(family.Child(name) is { } child ? family with { Children = family.Children.Remove(child) } : family, other => other != name);

    private static ConfigNode Only(ConfigNode list, Func<string, bool> keep)
    {
        var before = NameList.Of(list);
        ImmutableArray<string> names = [.. before.Where(keep)];
        return names.Length == before.Length ? list : list with { Value = names.IsEmpty ? null : string.Join(' ', names), Items = names.IsEmpty ? default : names };
    }

    private static ConfigNode With(ConfigNode node, string key, Func<ConfigNode, ConfigNode> change) =>
        node.Child(key) is { } child && change(child) is var changed && !ReferenceEquals(child, changed) ? node with { Children = node.Children.Replace(child, changed) } : node;

    private static ConfigNode Remove(ConfigNode node, ReadOnlySpan<string> path)
    {
        if (node.Child(path[0]) is not { } child)
        {
            return node;
        }

        var changed = path.Length > 1 ? Remove(child, path[1..]) : child.Value is null ? child : child with { Value = null, Items = default };
        return ReferenceEquals(child, changed) ? node : node with
        {
            Children = changed.Value is null && changed.Children.IsEmpty ? node.Children.Remove(child) : node.Children.Replace(child, changed),
        };
    }
}
