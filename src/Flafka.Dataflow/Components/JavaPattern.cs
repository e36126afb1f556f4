using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Components;

/// <summary>Regular expressions that mean what they mean in Java: <c>\d</c>, <c>\w</c> and <c>\s</c> are ASCII, a dot is no line end of any kind.</summary>
internal static class JavaPattern
{
    /// <summary>An expression that must match the whole text, like Java's <c>matches()</c>.</summary>
    /// <exception cref="RegexParseException">It is not valid.</exception>
    public static Regex WholeMatch(string pattern)
    {
        var translated = Translate(pattern);
        _ = new Regex(translated, RegexOptions.CultureInvariant); // else what is wrong would be told of what is put around it
        return new Regex(@"\A(?:" + translated + @")\z", RegexOptions.CultureInvariant);
    }

    /// <summary>What is wrong with a pattern, without the pattern: that is the translated one, which nobody wrote.</summary>
    public static string Reason(RegexParseException problem)
    {
        const string Place = " at offset ";
        var at = problem.Message.LastIndexOf(Place, StringComparison.Ordinal);
        var end = at < 0 ? -1 : problem.Message.IndexOf(". ", at, StringComparison.Ordinal);
        return (end < 0 ? problem.Message : problem.Message[(end + 2)..]).TrimEnd('.');
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 32);
        var depth = 0; // of character classes
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            switch (c)
            {
                case '\\' when i + 1 < pattern.Length:
                    i = Escape(pattern, i + 1, depth > 0, text);
                    break;
                case '[':
                    depth++;
                    text.Append(c);
                    break;
                case ']' when depth > 0:
                    depth--;
                    text.Append(c);
                    break;
                case '.' when depth == 0:
                    text.Append(@"[^\n\r\u0085\u2028\u2029]");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        return text.ToString();
    }

    private static int Escape(string pattern, int at, bool isInClass, StringBuilder text)
    {
        const string Word = "a-zA-Z0-9_";
        const string Space = @" \t\n\x0B\f\r";
        switch (pattern[at])
        {
            case 'd':
                text.Append(isInClass ? "0-9" : "[0-9]");
                return at;
            case 'w':
                text.Append(isInClass ? Word : $"[{Word}]");
                return at;
            case 's':
                text.Append(isInClass ? Space : $"[{Space}]");
                return at;
            case 'D' when !isInClass:
                text.Append("[^0-9]");
                return at;
            case 'W' when !isInClass:
                text.Append(CultureInfo.InvariantCulture, $"[^{Word}]");
                return at;
            case 'S' when !isInClass:
                text.Append(CultureInfo.InvariantCulture, $"[^{Space}]");
                return at;
            case 'Q':
                var end = pattern.IndexOf(@"\E", at + 1, StringComparison.Ordinal);
                text.Append(Regex.Escape(pattern[(at + 1)..(end < 0 ? pattern.Length : end)]));
                return end < 0 ? pattern.Length : end + 1;
            default:
                text.Append('\\').Append(pattern[at]);
                return at;
        }
    }
}
