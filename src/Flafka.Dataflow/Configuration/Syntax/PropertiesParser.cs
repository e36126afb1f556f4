using System.Globalization;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>Reads Java's properties syntax, as <c>java.util.Properties</c> does, from text that is decoded already.</summary>
internal sealed class PropertiesParser : IConfigParser
{
    /// <inheritdoc/>
    public ConfigNode Parse(string text, string origin, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var tree = new ConfigTreeBuilder(origin, diagnostics);
        var reader = new Reader(new LineMap(text, origin), tree, diagnostics);
        var line = new LogicalLine();

        // Flume: a byte order mark becomes part of the first key.
        var position = text.StartsWith('\uFEFF') ? 1 : 0;
        while (line.Read(text, ref position))
        {
            if (line.Length > 0)
            {
                reader.Take(line);
            }
        }

        reader.Invisible.Report();
        return tree.Build();
    }

    private sealed class Reader(LineMap lines, ConfigTreeBuilder tree, DiagnosticBag diagnostics)
    {
        private readonly StringBuilder _text = new();
        private readonly List<int> _offsets = [];

        public InvisibleCharacters Invisible { get; } = new(diagnostics);

        public void Take(LogicalLine line)
        {
            var (keyEnd, valueStart) = Split(line);
            var key = Unescape(line, 0, keyEnd);
            var keyOffsets = _offsets.ToArray();
            var (start, end) = ConfigTreeBuilder.Trimmed(key);
            if (At(key, start, end, keyOffsets) is var (keyCharacter, keyPlace))
            {
                (start, end) = TrimmedOfInvisible(key, start, end);
                Invisible.Found(key[start..end], keyCharacter, lines.At(keyPlace));
            }

            if (start == end)
            {
                diagnostics.Add(
                    Codes.EmptyKeyPart, string.Empty, lines.At(line.OffsetOf(0)), "the line has a value but no key",
                    "Remove the line, or write agent.sources.name.key = value.");
                return;
            }

            var node = ConfigTreeBuilder.Descend(
                tree.Root, key[start..end], index => lines.At(start + index < keyOffsets.Length ? keyOffsets[start + index] : keyOffsets[^1] + 1));
            var value = Unescape(line, valueStart, line.Length);
            var (valueFrom, valueTo) = ConfigTreeBuilder.Trimmed(value);
            if (At(value, valueFrom, valueTo, _offsets) is var (character, place))
            {
                (valueFrom, valueTo) = TrimmedOfInvisible(value, valueFrom, valueTo);
                Invisible.Found(node.Path, character, lines.At(place));
            }

            if (valueFrom == valueTo)
            {
                tree.SkipEmpty(node, isBlank: value.Length > 0);
                return;
            }

            tree.Set(node, value[valueFrom..valueTo], default, lines.At(_offsets[valueFrom]));
        }

        private static (int KeyEnd, int ValueStart) Split(LogicalLine line)
        {
            var backslash = false;
            var end = 0;
            while (end < line.Length && (backslash || !(line[end] is '=' or ':' || LogicalLine.IsBlank(line[end]))))
            {
                backslash = line[end] == '\\' && !backslash;
                end++;
            }

            var hasSeparator = false;
            var start = end;
            while (start < line.Length)
            {
                if (!LogicalLine.IsBlank(line[start]))
                {
                    if (hasSeparator || !(line[start] is '=' or ':'))
                    {
                        break;
                    }

                    hasSeparator = true;
                }

                start++;
            }

            return (end, start);
        }

        private string Unescape(LogicalLine line, int start, int end)
        {
            _text.Clear();
            _offsets.Clear();
            for (var i = start; i < end; i++)
            {
                var c = line[i];
                _offsets.Add(line.OffsetOf(i));
                if (c == '\\' && i + 1 < end)
                {
                    c = line[++i] switch
                    {
                        't' => '\t',
                        'n' => '\n',
                        'r' => '\r',
                        'f' => '\f',
                        'u' => Unicode(line, ref i, end),
                        var other => other,
                    };
                }

                _text.Append(c);
            }

            return _text.ToString();
        }

        private char Unicode(LogicalLine line, ref int i, int end)
        {
            Span<char> digits = stackalloc char[4];
            var count = 0;
            while (count < 4 && i + 1 + count < end && char.IsAsciiHexDigit(line[i + 1 + count]))
            {
                digits[count] = line[i + 1 + count];
                count++;
            }

            if (count == 4)
            {
                i += 4;
                return (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }

            // Flume: the whole load fails without naming the place. The text goes on as it is, so that the rest is checked too.
            diagnostics.Add(
                Codes.MalformedEscape, string.Empty, lines.At(line.OffsetOf(i - 1)), "'\\u' is not followed by four hexadecimal digits",
                "Write '\\\\u' for a backslash and the letter u, or four digits such as '\\u00e9'.");
            return 'u';
        }

        private static (char Character, int Place)? At(string text, int start, int end, IReadOnlyList<int> offsets) =>
            start == end ? null
            : InvisibleCharacters.Is(text[start]) ? (text[start], offsets[start])
            : InvisibleCharacters.Is(text[end - 1]) ? (text[end - 1], offsets[end - 1])
            : null;

        private static (int Start, int End) TrimmedOfInvisible(string text, int start, int end)
        {
            while (start < end && (text[start] <= ' ' || InvisibleCharacters.Is(text[start])))
            {
                start++;
            }

            while (end > start && (text[end - 1] <= ' ' || InvisibleCharacters.Is(text[end - 1])))
            {
                end--;
            }

            return (start, end);
        }
    }
}
