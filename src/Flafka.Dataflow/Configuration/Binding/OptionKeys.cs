using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Tells which option takes which key: the one of that name, else the one that takes all keys below the longest prefix.</summary>
internal sealed class OptionKeys
{
    private readonly Dictionary<string, ConfigNode> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(string Key, ConfigNode Node)>> _below = new(StringComparer.Ordinal);
    private readonly List<(string Key, ConfigNode Node)> _unknown = [];

    public OptionKeys(ImmutableArray<OptionDescriptor> options, OptionScope scope)
    {
        var names = options.Where(option => !option.IsMap).SelectMany(option => option.Deprecated.Append(option.Key)).ToHashSet(StringComparer.Ordinal);
        var prefixes = options
            .SelectMany(option => option.IsMap ? option.Deprecated.Append(option.Key).Select(prefix => (Prefix: prefix, Option: option))
                : option.Choice is not null ? [(Prefix: option.Key + ".", Option: option)]
                : [])
            .OrderByDescending(item => item.Prefix.Length).ToArray();
        foreach (var (key, node) in scope.Keys)
        {
            if (names.Contains(key))
            {
                _exact[key] = node;
            }
            else if (Array.Find(prefixes, item => key.StartsWith(item.Prefix, StringComparison.Ordinal)) is { Option: { } option, Prefix: var prefix })
            {
                (_below.TryGetValue(option.Key, out var list) ? list : _below[option.Key] = []).Add((key[prefix.Length..], node));
            }
            else
            {
                _unknown.Add((key, node));
            }
        }
    }

    /// <summary>Keys that no option takes.</summary>
    public IReadOnlyList<(string Key, ConfigNode Node)> Unknown => _unknown;

    public ConfigNode? Exact(string key) => _exact.GetValueOrDefault(key);

    /// <summary>The keys below a map or a choice, without its prefix.</summary>
    public IReadOnlyList<(string Key, ConfigNode Node)> Below(OptionDescriptor option) => _below.TryGetValue(option.Key, out var list) ? list : [];

    /// <summary>Some node of the option, to point at.</summary>
    public ConfigNode? First(OptionDescriptor option) =>
        option.Deprecated.Prepend(option.Key).Select(Exact).FirstOrDefault(node => node is not null)
        ?? Below(option).Select(entry => entry.Node).FirstOrDefault();
}
