using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Puts single values over a tree: <c>--set KEY=VALUE</c>, and whatever else knows only keys and values.</summary>
internal static class ConfigurationOverlay
{
    public const string CommandLine = "command line";

    private const int MaxDepth = 64;

    /// <summary>Applies texts of the form <c>KEY=VALUE</c>, in order.</summary>
    public static ConfigNode Apply(ConfigNode root, IEnumerable<string> settings, DiagnosticBag diagnostics)
    {
        var span = new SourceSpan(CommandLine, 0, 0);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? string.Empty : ConfigTreeBuilder.Trim(setting[..equals]);
            if (key.Length == 0)
            {
                diagnostics.Add(
                    Codes.MalformedOverlay, string.Empty, span, $"'{setting}' is not of the form KEY=VALUE",
                    "Write --set AGENT.sinks.NAME.KEY=VALUE.");
                continue;
            }

            root = Set(root, key, ConfigTreeBuilder.Trim(setting[(equals + 1)..]), span);
        }

        return root;
    }

    /// <summary>
    /// The tree with one value replaced or added. A part of the key that is not there as written means the only one there is that differs in
    /// case alone. An empty value takes the key away.
    /// </summary>
    public static ConfigNode Set(ConfigNode root, string key, string value, SourceSpan span) => Set(root, key.Split('.', MaxDepth), value, span);

    private static ConfigNode Set(ConfigNode node, ReadOnlySpan<string> keys, string value, SourceSpan span)
    {
        if (keys.IsEmpty)
        {
            return node with { Value = value.Length == 0 ? null : value, Items = default, Span = span, ValueSpan = span };
        }

        var place = Place(node.Children, keys[0]);
        var child = place < 0 ? new ConfigNode(keys[0], null, span, []) : node.Children[place];
        var changed = Set(child, keys[1..], value, span);
        var isEmpty = changed.Value is null && changed.Children.IsEmpty;
        return node with
        {
            Children = place < 0
                ? isEmpty ? node.Children : node.Children.Add(changed)
                : isEmpty ? node.Children.RemoveAt(place) : node.Children.SetItem(place, changed),
        };
    }

    private static int Place(ImmutableArray<ConfigNode> children, string key)
    {
        var found = -1;
        for (var i = 0; i < children.Length; i++)
        {
            if (string.Equals(children[i].Key, key, StringComparison.Ordinal))
            {
                return i;
            }

            if (string.Equals(children[i].Key, key, StringComparison.OrdinalIgnoreCase))
            {
                found = found == -1 ? i : -2;
            }
        }

        return Math.Max(found, -1);
    }
}
