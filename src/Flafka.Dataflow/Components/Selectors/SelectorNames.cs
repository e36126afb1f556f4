using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Selectors;

/// <summary>Names of channels in a selector, and their places in the list of the source.</summary>
internal static class SelectorNames
{
    /// <summary>The names of a list.</summary>
    // Flume: exactly one blank between two names, a second one is an empty name and an error. Any white space separates here.
    public static string[] Split(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The places of the names, each once.</summary>
    /// <exception cref="ArgumentException">A name is none of the source's channels; the rules of the compiler find this earlier.</exception>
    // Flume: the replicating selector takes an unknown optional name and fails on every batch, after the required channels have it.
    public static int[] Places(IEnumerable<string> names, ImmutableArray<string> channels) =>
        [.. names.Distinct(StringComparer.Ordinal).Select(name => channels.IndexOf(name) is var place and >= 0
            ? place
            : throw new ArgumentException($"The selector names the channel '{name}', which is none of the source's: {string.Join(", ", channels)}.", nameof(names)))];
}
