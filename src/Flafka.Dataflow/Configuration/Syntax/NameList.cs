using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A list of names as Flume writes it: separated by any run of white space.</summary>
internal static class NameList
{
    private static readonly char[] Blanks = [' ', '\t', '\n', '\r', '\f', '\v'];

    /// <summary>The names of a list; none for a node without a value. A name that stands twice is given twice.</summary>
    public static ImmutableArray<string> Of(ConfigNode? list) => list switch
    {
        null or { Value: null } => [],
        { Items.IsDefault: false } => list.Items,
        _ => Split(list.Value),
    };

    public static ImmutableArray<string> Split(string text) => [.. text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)];
}
