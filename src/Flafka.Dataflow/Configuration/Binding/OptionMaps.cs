using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Makes the value of a map option. Keys are verbatim, with their dots and their case.</summary>
internal static class OptionMaps
{
    public static object Create(OptionDescriptor option, IReadOnlyList<(string Key, ConfigNode Node)> entries)
    {
        if (option.ValueType == typeof(ImmutableDictionary<string, string>) || option.ValueType == typeof(IImmutableDictionary<string, string>))
        {
            return ImmutableDictionary.CreateRange(StringComparer.Ordinal, entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Node.Value!)));
        }

        if (option.ValueType == typeof(ImmutableArray<KeyValuePair<string, string>>))
        {
            return entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Node.Value!)).ToImmutableArray();
        }

        if (option.ValueType != typeof(IReadOnlyDictionary<string, string>))
        {
            throw new InvalidOperationException($"No converter for {option.ValueType}, the type of the map option '{option.Key}'.");
        }

        var map = new OrderedDictionary<string, string>(entries.Count, StringComparer.Ordinal);
        foreach (var (key, node) in entries)
        {
            map[key] = node.Value!;
        }

        return map;
    }
}
