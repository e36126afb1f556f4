namespace Flafka.Dataflow;

/// <summary>Tells line and column of a place in a text. Lines end at LF, CR or CRLF.</summary>
internal sealed class LineMap
{
    private readonly List<int> _starts = [0];
    private readonly string _origin;

    public LineMap(string text, string origin)
    {
        _origin = origin;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                _starts.Add(i + 1);
            }
        }
    }

    public SourceSpan At(int offset)
    {
        var line = _starts.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        return new SourceSpan(_origin, line + 1, offset - _starts[line] + 1);
    }
}
