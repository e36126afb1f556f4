using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A list of names as Flume writes it: separated by any run of white space.</summary>
internal static class NameList
{
    /// <summary>The names of a list; none for a node without a value. A name that stands twice is given twice.</summary>
    public static ImmutableArray<string> Of(ConfigNode? list) => list switch
    {
        null or { Value: null } => [],
        { Items.IsDefault: false } => list.Items,
        _ => Split(list.Value),
    };

    /// <summary>The names in a text. Invisible characters separate too; the reader of the list reports them.</summary>
    public static ImmutableArray<string> Split(string text)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is ' ' or (>= '\t' and <= '\r') || InvisibleCharacters.Is(text[i]))
            {
                if (i > start)
                {
                    names.Add(text[start..i]);
                }

                start = i + 1;
            }
        }

        return names.DrainToImmutable();
    }
}
