using System.Text;

namespace Flafka.Dataflow;

/// <summary>Turns byte offsets of a JSON reader into lines and columns of the text.</summary>
internal sealed class JsonPositions
{
    private readonly byte[] _bytes;
    private readonly string _origin;
    private readonly List<int> _starts = [0];

    public JsonPositions(byte[] bytes, string origin)
    {
        (_bytes, _origin) = (bytes, origin);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                _starts.Add(i + 1);
            }
        }
    }

    public SourceSpan At(long offset)
    {
        var place = (int)Math.Clamp(offset, 0, _bytes.Length);
        var line = _starts.BinarySearch(place);
        line = line < 0 ? ~line - 1 : line;
        return new SourceSpan(_origin, line + 1, Encoding.UTF8.GetCharCount(_bytes, _starts[line], place - _starts[line]) + 1);
    }

    public SourceSpan At(int line, int bytePosition) =>
        At((long)_starts[Math.Clamp(line, 0, _starts.Count - 1)] + bytePosition);
}
