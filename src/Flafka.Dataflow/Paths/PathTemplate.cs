using System.Collections.Immutable;
using System.Text;

namespace Flafka.Dataflow.Paths;

/// <summary>A pattern with escapes such as <c>%Y</c>, <c>%{header}</c> and <c>%[localhost]</c>, taken apart once. Immutable.</summary>
public sealed class PathTemplate
{
    private PathTemplate(ImmutableArray<PathPart> parts, bool needsTime) => (Parts, NeedsTime) = (parts, needsTime);

    /// <summary>The pieces, in order.</summary>
    public ImmutableArray<PathPart> Parts { get; }

    /// <summary>Whether an event needs a timestamp. Every <c>%x</c> does, also those that show nothing of it.</summary>
    public bool NeedsTime { get; }

    /// <summary>The first letter behind a per cent sign that stands for nothing, or a bracket that opens no name.</summary>
    public char? UnknownEscape { get; private init; }

    /// <summary>Whether the machine's names are needed; see <see cref="WithHost"/>.</summary>
    public bool NeedsHost => Parts.Any(static part => part.Kind == PathPartKind.Host);

    /// <summary>The text before the first escape, up to its last slash: no value leads out of this folder.</summary>
    public string LiteralRoot
    {
        get
        {
            if (Parts is not [{ Kind: PathPartKind.Literal } first, ..])
            {
                return "";
            }

            return Parts.Length == 1 ? first.Text : first.Text[..(first.Text.LastIndexOf('/') + 1)];
        }
    }

    /// <summary>Takes a pattern apart.</summary>
    /// <exception cref="FormatException"><c>%[name]</c> with a name that means nothing.</exception>
    public static PathTemplate Parse(string pattern)
    {
        var parts = ImmutableArray.CreateBuilder<PathPart>();
        var literal = new StringBuilder();
        var needsTime = false;
        char? unknown = null;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length)
            {
                literal.Append(pattern[i]);
                continue;
            }

            var next = pattern[i + 1];
            if (next is '{' or '[' && TryName(pattern, i + 1, out var name))
            {
                Add(next == '{' ? new PathPart(PathPartKind.Header, name) : Host(name));
                i += name.Length + 2;
            }
            else if (IsWord(next) || next == '%')
            {
                needsTime = true;
                i++;
                if (next == '%')
                {
                    literal.Append('%');
                }
                else if (next == 't')
                {
                    Add(new PathPart(PathPartKind.Timestamp, "timestamp"));
                }
                else if (DateLetters.IsKnown(next))
                {
                    Add(new PathPart(PathPartKind.Date, next.ToString()));
                }
                else
                {
                    unknown ??= next;
                }
            }
            else
            {
                literal.Append('%');
                unknown ??= next is '{' or '[' ? next : null;
            }
        }

        Flush();
        return new PathTemplate(parts.DrainToImmutable(), needsTime) { UnknownEscape = unknown };

        void Add(PathPart part)
        {
            Flush();
            parts.Add(part);
        }

        void Flush()
        {
            if (literal.Length > 0)
            {
                parts.Add(new PathPart(PathPartKind.Literal, literal.ToString()));
                literal.Clear();
            }
        }
    }

    /// <summary>This template, a slash, and that one.</summary>
    public PathTemplate Join(PathTemplate name) =>
        new([.. Parts, new PathPart(PathPartKind.Literal, "/"), .. name.Parts], NeedsTime || name.NeedsTime);

    /// <summary>The template with the machine's names in place.</summary>
    public PathTemplate WithHost(HostNames host) => new(
        [.. Parts.Select(part => part.Kind != PathPartKind.Host ? part : new PathPart(PathPartKind.Literal, part.Text switch
        {
            "localhost" => host.Name,
            "ip" => host.Address,
            _ => host.FullName,
        }))],
        NeedsTime);

    private static bool TryName(string pattern, int open, out string name)
    {
        var close = pattern[open] == '{' ? '}' : ']';
        var end = open + 1;
        while (end < pattern.Length && (IsWord(pattern[end]) || (close == '}' && pattern[end] is '.' or '-')))
        {
            end++;
        }

        name = pattern[(open + 1)..end];
        return name.Length > 0 && end < pattern.Length && pattern[end] == close;
    }

    private static PathPart Host(string name) =>
        name.ToLowerInvariant() is "localhost" or "ip" or "fqdn"
            ? new PathPart(PathPartKind.Host, name.ToLowerInvariant())
            : throw new FormatException($"'%[{name}]' means nothing; there are %[localhost], %[ip] and %[fqdn]");

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
