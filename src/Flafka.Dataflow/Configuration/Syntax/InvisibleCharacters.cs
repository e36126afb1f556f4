using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>
/// Characters that look like a blank or like nothing but are none for Java: no-break spaces and the like, as web pages and word processors
/// leave them behind. At the ends of keys and values, and between names, they are read as the blanks they look like.
/// </summary>
internal sealed class InvisibleCharacters(DiagnosticBag diagnostics)
{
    private readonly HashSet<int> _lines = [];
    private (string Path, char Character, SourceSpan Span)? _first;

    public static bool Is(char c) => c > ' ' && (char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);

    /// <summary>Remembers one; a text that has them usually has many.</summary>
    public void Found(string path, char character, SourceSpan span)
    {
        _first ??= (path, character, span);
        _lines.Add(span.Line);
    }

    /// <summary>Reports all that were found, at the place of the first.</summary>
    public void Report()
    {
        if (_first is var (path, character, span))
        {
            var more = _lines.Count > 1 ? $", here and on {_lines.Count - 1} more line{(_lines.Count > 2 ? "s" : string.Empty)}" : string.Empty;
            diagnostics.Add(
                Codes.InvisibleCharacter, path, span,
                $"the invisible character {Name(character)} stands where a blank belongs{more}; it is read as one",
                "For Flume it is a part of the name, so the key has no effect there. Replace it with an ordinary blank.");
        }
    }

    public static string Name(char character) => character is '\u00a0' ? "U+00A0 (no-break space)" : $"U+{(int)character:X4}";
}
