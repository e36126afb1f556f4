using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow;

/// <summary>
/// Replaces <c>${FILTER['KEY']}</c> in the values of an agent's components, before anything is read from them. Not in the name lists and not
/// in the filters' own keys.
/// </summary>
internal sealed partial class ConfigFilters
{
    private static readonly string[] Families = [AgentFamilies.Sources, AgentFamilies.Channels, AgentFamilies.Sinks, AgentFamilies.SinkGroups];

    private readonly DiagnosticBag _diagnostics;

    // Null: the filter has an error of its own.
    private readonly Dictionary<string, IConfigFilter?> _filters = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Filter, string Key), (string? Value, string? Problem)> _found = [];

    private ConfigFilters(ConfigNode agent, BindingContext context, DiagnosticBag diagnostics)
    {
        _diagnostics = diagnostics;
        var family = agent.Child(AgentFamilies.ConfigFilters);

        // What is wrong with a filter is reported where all components are bound.
        var binder = new Binder(context, new DiagnosticBag());
        foreach (var name in NameList.Of(family))
        {
            var id = new ComponentId(agent.Key, ComponentKind.ConfigFilter, name);
            var bound = family!.Child(name) is { } node && node.Child("type")?.Value is { } type
                ? binder.Bind(new ComponentDefinition(id, type, node, []))
                : null;
            _filters[name] = bound?.Descriptor.Create(
                new ComponentContext(id, NullLoggerFactory.Instance, AgentRuntime.System, new Services(context.Settings)), bound.Options) as IConfigFilter;
        }
    }

    public static ConfigNode Apply(ConfigNode agent, BindingContext context, DiagnosticBag diagnostics)
    {
        var filters = new ConfigFilters(agent, context, diagnostics);
        return agent with
        {
            Children = [.. agent.Children.Select(family => Families.Contains(family.Key) ? filters.Visit(family, $"{agent.Key}.{family.Key}", isList: true) : family)],
        };
    }

    private ConfigNode Visit(ConfigNode node, string path, bool isList = false)
    {
        var children = node.Children;
        for (var i = 0; i < children.Length; i++)
        {
            var changed = Visit(children[i], $"{path}.{children[i].Key}");
            if (!ReferenceEquals(changed, children[i]))
            {
                children = children.SetItem(i, changed);
            }
        }

        node = children == node.Children ? node : node with { Children = children };
        return !isList && node.Value?.Contains("${", StringComparison.Ordinal) == true ? Replaced(node, path) : node;
    }

    private ConfigNode Replaced(ConfigNode node, string path)
    {
        var unresolved = node.Unresolved;
        var isUnknown = node.IsUnknown;
        var items = node.Items.IsDefault ? node.Items : [.. node.Items.Select(Replace)];
        var value = items.IsDefault ? Replace(node.Value!) : string.Join(' ', items);
        return value == node.Value && !isUnknown && unresolved is null
            ? node
            : node with { Value = value, Items = items, Written = node.Written ?? node.Value, Unresolved = unresolved, IsUnknown = isUnknown };

        string Replace(string text) => Placeholder().Replace(text, match =>
        {
            var (name, key) = (match.Groups["filter"].Value, match.Groups["key"].Value);
            if (!_filters.ContainsKey(name))
            {
                // A shell writes the items of an array like this.
                if (_filters.Count > 0 || match.Groups["quote"].Length > 0)
                {
                    unresolved ??= new Diagnostic(
                        Codes.UnresolvedPlaceholder.Id, Codes.UnresolvedPlaceholder.Severity, path,
                        $"'{match.Value}' names no config filter of this agent and stays as written", node.ValueSpan,
                        NearestKey.Hint(name, _filters.Keys, "Config filters here") ?? $"Add {path.Split('.')[0]}.configfilters = {name}.");
                }

                return match.Value;
            }

            var (found, problem) = Find(name, key);
            if (found is null)
            {
                isUnknown = true;
                if (problem is not null)
                {
                    _diagnostics.Add(Codes.FilterFailed, path, node.ValueSpan, $"'{match.Value}' has no value: {problem}");
                }
            }

            return found ?? match.Value;
        });
    }

    private (string? Value, string? Problem) Find(string name, string key)
    {
        if (!_found.TryGetValue((name, key), out var found))
        {
            _found[(name, key)] = found = _filters[name] is { } filter ? Ask(filter, key) : (null, null);
        }

        return found;
    }

    private static (string? Value, string? Problem) Ask(IConfigFilter filter, string key)
    {
        try
        {
            return filter.Find(key) is { } value ? (value, null) : (null, $"the filter knows no '{key}'");
        }
#pragma warning disable CA1031 // a filter may throw anything; the finding says which value and why
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return (null, failure.Message.TrimEnd('.'));
        }
    }

    [GeneratedRegex("""\$\{(?<filter>[^\[\]{}$]+)\[(?<quote>['"]?)(?<key>[-\w]+)\k<quote>\]\}""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    private sealed class Services(ConfigurationSettings settings) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ConfigurationSettings) ? settings : null;
    }
}
