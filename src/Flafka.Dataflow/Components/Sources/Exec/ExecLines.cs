using System.Text;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Cuts the output of a program into lines: <c>\n</c>, <c>\r</c> and both together end one. Holds at most one line and one read.</summary>
/// <param name="encoding">The character set of the output; replaces what is no text.</param>
/// <param name="maxLineLength">Most characters of a line; a longer one is cut.</param>
internal sealed class ExecLines(Encoding encoding, int maxLineLength)
{
    private readonly Decoder _decoder = encoding.GetDecoder();
    private char[] _chars = [];
    private int _count;
    private bool _afterReturn;

    /// <summary>How often a line was cut since this was set to 0.</summary>
    public int Cuts { get; set; }

    /// <summary>Adds bytes of the output.</summary>
    /// <returns>The lines that are complete now.</returns>
    public List<string> Add(ReadOnlySpan<byte> bytes) => Add(bytes, isEnd: false);

    /// <summary>Nothing more will come.</summary>
    /// <returns>The last line, when nothing ended it.</returns>
    public List<string> End()
    {
        var lines = Add([], isEnd: true);
        if (_count > 0)
        {
            lines.Add(new string(_chars, 0, _count));
            _count = 0;
        }

        return lines;
    }

    private List<string> Add(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        var room = _count + _decoder.GetCharCount(bytes, isEnd);
        if (room > _chars.Length)
        {
            Array.Resize(ref _chars, Math.Max(room, _chars.Length * 2));
        }

        var looked = _count;
        _count += _decoder.GetChars(bytes, _chars.AsSpan(_count), isEnd);
        var lines = new List<string>();
        ReadOnlySpan<char> text = _chars.AsSpan(0, _count);
        if (_afterReturn && text.Length > 0)
        {
            _afterReturn = false;
            text = text[0] == '\n' ? text[1..] : text;
        }

        // What was known before has no end in it.
        for (var end = IndexOfEnd(text, looked); end >= 0; end = IndexOfEnd(text, 0))
        {
            lines.Add(new string(CutOff(lines, text[..end])));
            var next = end + 1;
            if (text[end] == '\r')
            {
                _afterReturn = next == text.Length;
                next += next < text.Length && text[next] == '\n' ? 1 : 0;
            }

            text = text[next..];
        }

        text = CutOff(lines, text);
        text.CopyTo(_chars);
        _count = text.Length;
        return lines;
    }

    // Leaves no more of a line than is allowed.
    private ReadOnlySpan<char> CutOff(List<string> lines, ReadOnlySpan<char> text)
    {
        while (text.Length > maxLineLength)
        {
            var length = PieceLength(text);
            lines.Add(new string(text[..length]));
            text = text[length..];
            Cuts++;
        }

        return text;
    }

    // Not between the halves of one character.
    private int PieceLength(ReadOnlySpan<char> text) =>
        maxLineLength > 1 && char.IsHighSurrogate(text[maxLineLength - 1]) ? maxLineLength - 1 : maxLineLength;

    private static int IndexOfEnd(ReadOnlySpan<char> text, int from)
    {
        var start = Math.Min(from, text.Length);
        var index = text[start..].IndexOfAny('\n', '\r');
        return index < 0 ? -1 : start + index;
    }
}
