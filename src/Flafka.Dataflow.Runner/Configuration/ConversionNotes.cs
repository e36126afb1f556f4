namespace Flafka.Dataflow.Runner.Configuration;

/// <summary>What a conversion to JSON does not carry over.</summary>
internal static class ConversionNotes
{
    /// <summary>The notes, one sentence each.</summary>
    /// <param name="root">The tree as parsed.</param>
    /// <param name="text">The text it was parsed from.</param>
    /// <param name="format">The format of the text.</param>
    public static IEnumerable<string> Of(ConfigNode root, string text, IConfigParser format)
    {
        if (format == ConfigFormat.Json)
        {
            yield return "it is JSON already; comments and the form of the text are not carried over.";
        }
        else if (Comments(text) is var comments and > 0)
        {
            yield return $"{Verdict.Count(comments, "comment line")} not carried over.";
        }

        foreach (var agent in root.Children)
        {
            foreach (var family in agent.Children.Where(child => AgentFamilies.IsFamily(child.Key)))
            {
                var path = $"{agent.Key}.{family.Key}";
                foreach (var note in Unlisted(family, path))
                {
                    yield return note;
                }

                var sources = family.Key == AgentFamilies.Sources ? family.Children : [];
                foreach (var note in sources.SelectMany(source => source.Child("interceptors") is { } list ? Unlisted(list, $"{path}.{source.Key}.interceptors") : []))
                {
                    yield return note;
                }
            }
        }
    }

    private static IEnumerable<string> Unlisted(ConfigNode list, string path)
    {
        var listed = NameList.Of(list);
        return list.Children.Where(child => !listed.Contains(child.Key))
            .Select(child => $"{path}.{child.Key} is left out: '{path}' does not list it, so it does nothing.");
    }

    private static int Comments(string text)
    {
        var count = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            count += line.TrimStart() is ['#' or '!', ..] ? 1 : 0;
        }

        return count;
    }
}
