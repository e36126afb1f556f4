namespace Flafka.Dataflow;

/// <summary>
/// A logical line of a properties file: natural lines joined where one ends in an odd number of backslashes. Escapes are still in it;
/// for each character it knows where it stands in the text.
/// </summary>
internal sealed class LogicalLine
{
    private readonly List<char> _chars = [];
    private readonly List<int> _offsets = [];

    public int Length => _chars.Count;

    public char this[int index] => _chars[index];

    /// <summary>The place in the text of a character, or of the end of the line.</summary>
    public int OffsetOf(int index) => index < _offsets.Count ? _offsets[index] : _offsets.Count == 0 ? 0 : _offsets[^1] + 1;

    /// <summary>Reads the next line that is neither blank nor a comment.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool Read(string text, ref int position)
    {
        _chars.Clear();
        _offsets.Clear();
        if (!SkipToContent(text, ref position))
        {
            return false;
        }

        while (ReadNatural(text, ref position))
        {
            SkipBlanks(text, ref position);
        }

        return true;
    }

    public static bool IsBlank(char c) => c is ' ' or '\t' or '\f';

    private static bool SkipToContent(string text, ref int position)
    {
        while (true)
        {
            SkipBlanks(text, ref position);
            if (position >= text.Length)
            {
                return false;
            }

            if (text[position] is '#' or '!')
            {
                // A backslash at the end of a comment has no effect.
                while (position < text.Length && !IsLineEnd(text[position]))
                {
                    position++;
                }
            }
            else if (IsLineEnd(text[position]))
            {
                position++;
            }
            else
            {
                return true;
            }
        }
    }

    /// <returns>Whether the line continues on the next natural line.</returns>
    private bool ReadNatural(string text, ref int position)
    {
        var backslash = false;
        while (position < text.Length && !IsLineEnd(text[position]))
        {
            backslash = text[position] == '\\' && !backslash;
            _chars.Add(text[position]);
            _offsets.Add(position);
            position++;
        }

        if (backslash)
        {
            _chars.RemoveAt(_chars.Count - 1);
            _offsets.RemoveAt(_offsets.Count - 1);
        }

        if (position >= text.Length)
        {
            return false;
        }

        position += text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n' ? 2 : 1;
        return backslash;
    }

    private static void SkipBlanks(string text, ref int position)
    {
        while (position < text.Length && IsBlank(text[position]))
        {
            position++;
        }
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r';
}
