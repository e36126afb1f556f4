using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Reads the lists of names of a configuration, and says what is wrong with them.</summary>
internal sealed class ListReader(DiagnosticBag diagnostics)
{
    /// <summary>
    /// The names in a list, each once. Commas and comments are reported and taken as they were meant, so that one mistake gives one error.
    /// </summary>
    /// <param name="list">The node whose value is the list.</param>
    /// <param name="path">Its path.</param>
    /// <param name="hasCommas">Whether the caller has something better to say about commas.</param>
    public ImmutableArray<string> Names(ConfigNode list, string path, bool hasCommas = false)
    {
        if (list.IsUnknown)
        {
            return [];
        }

        ReportInvisible(list, path);
        var names = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var items = new List<string>();
        foreach (var written in NameList.Of(list))
        {
            if (written.StartsWith('#') && names.Count > 0)
            {
                var comment = list.Value![list.Value!.IndexOf(written, StringComparison.Ordinal)..];
                diagnostics.Add(
                    Codes.TrailingComment, path, list.ValueSpan,
                    $"'{comment}' is part of the value: a properties file has no comments behind a value",
                    "Put the comment on a line of its own.");
                break;
            }

            items.Add(written);
            foreach (var name in written.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (seen.Add(name))
                {
                    names.Add(name);
                }
                else
                {
                    diagnostics.Add(
                        Codes.ListedTwice, path, list.ValueSpan, $"'{name}' is listed twice",
                        "Remove one of the two; a name counts once.");
                }
            }
        }

        if (!hasCommas && items.Exists(item => item.Contains(',', StringComparison.Ordinal)))
        {
            diagnostics.Add(
                Codes.CommaInList, path, list.ValueSpan, $"'{string.Join(' ', items)}' has a comma; names are separated by blanks",
                $"Write '{string.Join(' ', names)}'.");
        }

        return names.ToImmutable();
    }

    /// <summary>The listed components with their nodes. A listed one without keys is reported and left out, so are keys without a listed one.</summary>
    /// <param name="list">The node whose value is the list and whose children are the components; may be missing.</param>
    /// <param name="path">Its path.</param>
    /// <param name="word">What the components are called.</param>
    public ImmutableArray<(string Name, ConfigNode? Node)> Components(ConfigNode? list, string path, string word)
    {
        if (list is null)
        {
            return [];
        }

        var configured = list.Children.Where(child => !child.Children.IsEmpty).Select(child => child.Key).ToArray();
        if (list.Value is null || list.IsUnknown)
        {
            if (configured.Length > 0 && !list.IsUnknown)
            {
                diagnostics.Add(
                    Codes.MissingList, path, list.Span, $"the list is missing, so nothing would run of {string.Join(", ", configured)}",
                    $"Add {path} = {string.Join(' ', configured)}.");
            }

            return [.. configured.Select(name => (name, list.Child(name)))];
        }

        var names = Names(list, path);
        var free = configured.Except(names).ToList();
        var result = ImmutableArray.CreateBuilder<(string Name, ConfigNode? Node)>(names.Length);
        foreach (var name in names)
        {
            var node = list.Find(name);
            if (node is null || node.Children.IsEmpty)
            {
                var meant = NearestKey.Find(name, free);
                diagnostics.Add(
                    Codes.NotConfigured, path, list.ValueSpan, $"the {word} '{name}' is listed but has no keys",
                    meant is not null ? $"Did you mean '{meant}'?" : $"Add {path}.{name}.{(list.Key == AgentFamilies.SinkGroups ? "sinks" : "type")} = ..., or take it off the list.");
                if (meant is not null)
                {
                    free.Remove(meant);
                    node = list.Child(meant);
                }
            }

            result.Add((name, node is null || node.Children.IsEmpty ? null : node));
        }

        foreach (var name in free.Where(name => !names.Any(listed => listed.StartsWith(name + ".", StringComparison.Ordinal))))
        {
            diagnostics.Add(
                Codes.NotListed, $"{path}.{name}", list.Child(name)!.Span, $"the {word} is configured but not listed, so it does not run",
                $"Add '{name}' to {path}, or remove its keys.");
        }

        foreach (var child in list.Children.Where(child => child.Value is not null && (child.Children.IsEmpty ? !names.Contains(child.Key) : names.Contains(child.Key))))
        {
            diagnostics.Add(
                Codes.EmptyKeyPart, $"{path}.{child.Key}", child.Children.IsEmpty ? child.Span : child.ValueSpan, $"the key names the {word} '{child.Key}' but none of its keys",
                $"Write {path}.NAME.KEY = VALUE.");
        }

        return result.MoveToImmutable();
    }

    private void ReportInvisible(ConfigNode list, string path)
    {
        if (list.Items.IsDefault && list.Value is { } text && text.Any(InvisibleCharacters.Is))
        {
            var invisible = new InvisibleCharacters(diagnostics);
            invisible.Found(path, text.First(InvisibleCharacters.Is), list.ValueSpan);
            invisible.Report();
        }
    }
}
