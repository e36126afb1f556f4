namespace Flafka.Dataflow;

/// <summary>
/// Which agents a tree has, and keys that were meant for an agent. What is misspelt is reported and then read as it was meant, so that one
/// mistake gives one error.
/// </summary>
internal static class AgentKeys
{
    /// <summary>The agents of a tree, in the order of the text. A prefix without any list of components is an agent only when there is no other.</summary>
    public static IReadOnlyList<string> Agents(ConfigNode root)
    {
        var listed = root.Children.Where(HasLists).Select(agent => agent.Key).ToArray();
        return listed.Length > 0 ? listed : [.. root.Children.Where(agent => !agent.Children.IsEmpty && !AgentFamilies.IsFamily(agent.Key)).Select(agent => agent.Key)];
    }

    /// <summary>Reports that a tree has no agent.</summary>
    public static void ReportNone(ConfigNode root, SourceSpan span, DiagnosticBag diagnostics)
    {
        if (root.Children.FirstOrDefault(child => AgentFamilies.IsFamily(child.Key)) is { } family)
        {
            diagnostics.Add(
                Codes.UnknownAgent, family.Key, family.Span, $"'{family.Key}' stands where the name of an agent belongs",
                $"Write a1.{family.Key}, in JSON {{ \"a1\": {{ \"{family.Key}\": ... }} }}, for an agent 'a1'.");
            return;
        }

        diagnostics.Add(Codes.UnknownAgent, string.Empty, span, "the file describes no agent", "Write AGENT.sources = ..., AGENT.channels = ..., AGENT.sinks = ...");
    }

    /// <summary>The agent of this name; <see langword="null"/>, and a finding, when there is none.</summary>
    public static ConfigNode? Find(ConfigNode root, string name, DiagnosticBag diagnostics)
    {
        var agent = root.Child(name);
        if (agent is null || agent.Children.IsEmpty)
        {
            diagnostics.Add(
                Codes.UnknownAgent, name, root.Span, $"there is no agent '{name}'",
                NearestKey.Hint(name, Agents(root), "Agents here")
                ?? "The text defines no agent. Write AGENT.sources = ..., AGENT.channels = ..., AGENT.sinks = ...");
            return null;
        }

        var agents = Agents(root);
        foreach (var other in root.Children.Where(other => other.Key != name && !other.Children.IsEmpty && !HasLists(other)))
        {
            // Between several agents it belongs to the nearest.
            if (NearestKey.Find(other.Key, agents) == name)
            {
                diagnostics.Add(
                    Codes.MisspeltAgent, other.Key, other.Span, $"the prefix '{other.Key}' has no lists of its own",
                    $"Did you mean '{name}'?");
                agent = Merge(agent, other);
            }
        }

        return agent;
    }

    /// <summary>Reports keys of an agent that belong to none of its families.</summary>
    public static ConfigNode Corrected(ConfigNode agent, DiagnosticBag diagnostics)
    {
        foreach (var child in agent.Children.Where(child => !AgentFamilies.IsFamily(child.Key)))
        {
            var path = $"{agent.Key}.{child.Key}";
            if (child.Key.Length == 0)
            {
                diagnostics.Add(Codes.EmptyKeyPart, path, child.Span, "the key has an empty part", "Write AGENT.sources.NAME.KEY = VALUE.");
            }
            else if (NearestKey.Find(child.Key, AgentFamilies.All) is { } family)
            {
                diagnostics.Add(Codes.MisspeltFamily, path, child.Span, $"an agent has no '{child.Key}'", $"Did you mean '{family}'?");
                var own = agent.Child(family) ?? new ConfigNode(family, null, child.Span, []);
                var merged = Merge(own, child);
                agent = agent with { Children = [.. agent.Children.Where(other => other.Key != family), merged] };
            }
            else
            {
                diagnostics.Add(
                    Codes.UnknownFamily, path, child.Span, $"an agent has no '{child.Key}'; nobody reads it",
                    $"An agent has {string.Join(", ", AgentFamilies.All)}.");
            }
        }

        return agent;
    }

    private static bool HasLists(ConfigNode agent) => agent.Children.Any(child => child.Value is not null && AgentFamilies.IsFamily(child.Key));

    private static ConfigNode Merge(ConfigNode target, ConfigNode addition)
    {
        if (target.Value is null && addition.Value is not null)
        {
            target = target with { Value = addition.Value, Items = addition.Items, ValueSpan = addition.ValueSpan };
        }

        foreach (var child in addition.Children)
        {
            var own = target.Child(child.Key);
            target = target with { Children = own is null ? target.Children.Add(child) : target.Children.Replace(own, Merge(own, child)) };
        }

        return target;
    }
}
