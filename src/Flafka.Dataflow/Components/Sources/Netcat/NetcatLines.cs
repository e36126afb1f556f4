using System.Text;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Cuts the bytes of one client into lines. Holds at most one line and one read.</summary>
/// <param name="encoding">The character set of the client.</param>
/// <param name="maxLineLength">Most characters of a line with its line feed.</param>
internal sealed class NetcatLines(Encoding encoding, int maxLineLength)
{
    private const int ReadSize = 4096;

    // Stands where a decoder met bytes that are no text; no text that is meant to be exchanged contains it.
    private const char Malformed = '\uFFFF';

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(ReadSize);
    private readonly Decoder _decoder = Marking(encoding).GetDecoder();
    private readonly List<FlumeEvent> _events = [];
    private char[] _chars = new char[Math.Min(maxLineLength, ReadSize) + ReadSize + 1];
    private int _count;

    /// <summary>Where the next bytes of the client go.</summary>
    public Memory<byte> Buffer => _bytes;

    /// <summary>The complete lines of the last <see cref="Add"/>, as events.</summary>
    public IReadOnlyList<FlumeEvent> Events => _events;

    /// <summary>Why the client cannot go on after these lines; <see langword="null"/>: it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Looks at bytes that were read into the buffer.</summary>
    public void Add(int bytes)
    {
        _events.Clear();
        var room = _decoder.GetCharCount(_bytes, 0, bytes, flush: false) + _count;
        if (room > _chars.Length)
        {
            Array.Resize(ref _chars, Math.Max(room, Math.Min(maxLineLength, _chars.Length * 2)));
        }

        var known = _count;
        _count += _decoder.GetChars(_bytes, 0, bytes, _chars, _count, flush: false);
        var text = _chars.AsSpan(0, _count);
        var malformed = text[known..].IndexOf(Malformed);
        if (malformed >= 0)
        {
            text = text[..(known + malformed)];
        }

        // Nothing known before is a complete line.
        var start = 0;
        for (var from = known; Problem is null && text[from..].IndexOf('\n') is >= 0 and var length; from = start)
        {
            var line = text[start..(from + length)];
            if (line.Length >= maxLineLength)
            {
                break;
            }

            _events.Add(Event(line));
            start = from + length + 1;
        }

        var rest = text[start..];
        var end = rest.IndexOf('\n') is >= 0 and var feed ? feed : rest.Length;
        Problem = end >= maxLineLength ? $"Event exceeds the maximum length ({maxLineLength} chars, including newline)"
            : malformed >= 0 ? $"Event is not text in {encoding.WebName}" // Flume: closes without a word
            : null;
        rest.CopyTo(_chars);
        _count = rest.Length;
    }

    private static FlumeEvent Event(ReadOnlySpan<char> line)
    {
        var body = new byte[Encoding.UTF8.GetByteCount(line)];
        Encoding.UTF8.GetBytes(line, body);
        return new FlumeEvent(body);
    }

    private static Encoding Marking(Encoding encoding)
    {
        var marking = (Encoding)encoding.Clone();
        marking.DecoderFallback = new DecoderReplacementFallback($"{Malformed}");
        return marking;
    }
}
