using System.Collections.Immutable;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>
/// Replaces placeholders in values: <c>${env:NAME}</c>, <c>${file:PATH}</c> (its first line), <c>${sys:NAME}</c>, and <c>${NAME}</c>: another key
/// of the same text, else an environment variable. A default follows <c>:-</c>; <c>$${</c> means <c>${</c>. Values found are expanded too,
/// names are expanded inside out. What has no value stays as written.
/// </summary>
internal sealed class EnvironmentSubstitution
{
    private const int MaxDepth = 32;

    // Placeholders of one value; a value that doubles itself at every step ends here.
    private const int MaxPlaceholders = 10_000;

    private readonly ConfigurationSettings _settings;
    private readonly DiagnosticBag _diagnostics;
    private readonly ConfigNode _root;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    // A circle is reported once for each agent; for variables of the file only when no agent meets it.
    private readonly HashSet<(string Agent, string Circle)> _circles = [];
    private readonly List<(string Circle, Diagnostic Finding)> _circlesOfVariables = [];
    private readonly List<string> _open = [];
    private ConfigNode _at;
    private string _path = string.Empty;
    private int _placeholders;
    private Diagnostic? _unresolved;
    private bool _isCircular;

    private EnvironmentSubstitution(ConfigNode root, ConfigurationSettings settings, DiagnosticBag diagnostics) =>
        (_root, _at, _settings, _diagnostics) = (root, root, settings, diagnostics);

    /// <summary>The tree with its values replaced; places stay those of the placeholders.</summary>
    /// <param name="root">A tree as parsed.</param>
    /// <param name="settings">Where values come from.</param>
    /// <param name="diagnostics">Gets the findings, but for placeholders without a value: the compiler says something when nothing worse is said.</param>
    public static ConfigNode Apply(ConfigNode root, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        var substitution = new EnvironmentSubstitution(root, settings, diagnostics);
        var result = substitution.Visit(root, string.Empty);
        foreach (var (circle, finding) in substitution._circlesOfVariables)
        {
            if (!substitution._circles.Any(known => known.Circle == circle))
            {
                substitution._circles.Add((string.Empty, circle));
                diagnostics.Report(finding);
            }
        }

        return result with { Children = substitution.WithoutVariables(result.Children) };
    }

    // A key without an agent is a variable of the file when a placeholder names it, and a mistake otherwise.
    private ImmutableArray<ConfigNode> WithoutVariables(ImmutableArray<ConfigNode> children)
    {
        foreach (var child in children.Where(child => child.Children.IsEmpty && !_used.Contains(child.Key)))
        {
            _diagnostics.Add(
                Codes.KeyWithoutAgent, child.Key, child.Span, "the key names no agent and no placeholder uses it",
                "Write AGENT.sources.NAME.KEY = VALUE, or remove the line.");
        }

        return [.. children.Where(child => !child.Children.IsEmpty)];
    }

    private ConfigNode Visit(ConfigNode node, string path)
    {
        var children = node.Children;
        for (var i = 0; i < children.Length; i++)
        {
            var child = children[i];
            var changed = Visit(child, path.Length == 0 ? child.Key : $"{path}.{child.Key}");
            if (!ReferenceEquals(child, changed))
            {
                children = children.SetItem(i, changed);
            }
        }

        var value = node.Value;
        var items = node.Items;
        if (value?.Contains("${", StringComparison.Ordinal) == true)
        {
            (_at, _path, _placeholders, _unresolved, _isCircular) = (node, path, 0, null, false);
            items = items.IsDefault ? items : [.. items.Select(item => Expand(item, 0))];
            value = ConfigTreeBuilder.Trim(items.IsDefault ? Expand(value, 0) : string.Join(' ', items));
            if (value.Length == 0)
            {
                _diagnostics.Add(
                    Codes.EmptyValue, path, node.ValueSpan, $"'{node.Value}' gives an empty value, so the key counts as not given",
                    "Give the variable a value, or write a default: ${NAME:-default}.");
                value = null;
                items = default;
            }
        }

        return ReferenceEquals(value, node.Value) && children == node.Children
            ? node
            : Replaced(node, value) with { Value = value, Items = items, Children = children };
    }

    private ConfigNode Replaced(ConfigNode node, string? value) => ReferenceEquals(value, node.Value)
        ? node
        : node with { Written = node.Value, Unresolved = _unresolved, IsUnknown = _isCircular };

    private string Expand(string text, int depth)
    {
        var start = text.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var position = 0;
        while (start >= 0)
        {
            if (start > position && text[start - 1] == '$')
            {
                result.Append(text, position, start - position - 1).Append("${");
                position = start + 2;
            }
            else if (End(text, start) is var end and > 0)
            {
                result.Append(text, position, start - position);
                var inner = depth < MaxDepth ? Expand(text[(start + 2)..end], depth + 1) : text[(start + 2)..end];
                result.Append(Resolve(inner, depth) ?? text[start..(end + 1)]);
                position = end + 1;
            }
            else
            {
                break;
            }

            start = text.IndexOf("${", position, StringComparison.Ordinal);
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private static int End(string text, int start)
    {
        var open = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '{' && text[i - 1] == '$')
            {
                open++;
            }
            else if (text[i] == '}' && --open == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private string? Resolve(string placeholder, int depth)
    {
        if (placeholder.Contains('[', StringComparison.Ordinal))
        {
            // A config filter's placeholder, ${filter['key']}, is not ours.
            return null;
        }

        var (name, fallback) = Placeholder.Parse(placeholder);
        if (_placeholders++ >= MaxPlaceholders)
        {
            return null;
        }

        if (_open.Contains(name) || depth >= MaxDepth)
        {
            ReportCircle(name);
            _isCircular = true;
            return null;
        }

        var hint = string.Empty;
        var found = FromText(name) ?? new Placeholder(name, fallback).Resolve(_settings, out hint);
        if (found is null && fallback is null)
        {
            _unresolved ??= new Diagnostic(
                Codes.UnresolvedPlaceholder.Id, Codes.UnresolvedPlaceholder.Severity, _path, $"'${{{placeholder}}}' has no value and stays as written",
                _at.ValueSpan, hint);
            return null;
        }

        if (found is null)
        {
            return fallback;
        }

        _open.Add(name);
        found = Expand(found, depth + 1);
        _open.RemoveAt(_open.Count - 1);
        return found;
    }

    private void ReportCircle(string name)
    {
        var members = _open.Skip(Math.Max(0, _open.IndexOf(name))).Append(name).ToArray();
        var circle = string.Join(' ', members.Distinct().Order(StringComparer.Ordinal));
        var finding = new Diagnostic(
            Codes.PlaceholderCycle.Id, Codes.PlaceholderCycle.Severity, _path,
            $"the placeholders {string.Join(" -> ", members.Select(item => $"'{item}'"))} refer to each other in a circle", _at.ValueSpan,
            "Give one of them a value of its own.");
        if (!_path.Contains('.', StringComparison.Ordinal))
        {
            _circlesOfVariables.Add((circle, finding));
        }
        else if (_circles.Add((_path[.._path.IndexOf('.', StringComparison.Ordinal)], circle)))
        {
            _diagnostics.Report(finding);
        }
    }

    private string? FromText(string name)
    {
        if (_root.Find(name)?.Value is not { } value)
        {
            return null;
        }

        _used.Add(name);
        return value;
    }
}
