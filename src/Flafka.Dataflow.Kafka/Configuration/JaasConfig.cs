using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Kafka;

/// <summary>Reads the text of Java's <c>sasl.jaas.config</c>: a login module, the word <c>required</c>, options, a semicolon.</summary>
internal static partial class JaasConfig
{
    /// <summary>The login module's class without its package, and its options; <see langword="null"/> when the text is none.</summary>
    public static (string Module, IReadOnlyDictionary<string, string> Options)? Parse(string text)
    {
        var head = Head().Match(text);
        if (!head.Success)
        {
            return null;
        }

        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match option in Option().Matches(text, head.Index + head.Length))
        {
            var quoted = option.Groups["quoted"];
            options[option.Groups["name"].Value] = quoted.Success
                ? quoted.Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
                : option.Groups["plain"].Value;
        }

        return (head.Groups["module"].Value, options);
    }

    [GeneratedRegex(@"^\s*(?:[\w$]+\.)*(?<module>[\w$]+)\s+(?:required|requisite|sufficient|optional)\b")]
    private static partial Regex Head();

    [GeneratedRegex("""\b(?<name>\w+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s;"]+))""")]
    private static partial Regex Option();
}
