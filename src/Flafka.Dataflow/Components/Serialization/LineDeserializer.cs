using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>One event for each line of text; <c>\n</c> ends a line and is not part of the event.</summary>
[Deserializer("LINE", JavaClass = "org.apache.flume.serialization.LineDeserializer")]
public sealed class LineDeserializer(LineDeserializerOptions options) : IEventDeserializer
{
    private string _path = string.Empty;
    private EventHeaders _headers = EventHeaders.Empty;
    private DeserializerInput? _input;
    private LineCodec _codec = null!;
    private ChunkReader? _reader;
    private long _position;

    // Complete lines not looked at yet, and whether all of them are text that needs no further look.
    private ReadOnlyMemory<byte> _lines;
    private bool _isText;

    // The line being cut into pieces, or the one that crosses two chunks.
    private ReadOnlyMemory<byte> _line;
    private LineEnd _lineEnd;
    private bool _hasLine;

    // What stands behind the last separator of the chunk.
    private ReadOnlyMemory<byte> _tail;
    private byte[]? _growing;
    private bool _isAtEnd;

    /// <summary>Most characters of a line.</summary>
    internal int MaxLineLength { get; set; } = options.MaxLineLength;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(DeserializerInput input, long position, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _path = input.File.Path;
        _headers = input.Headers;
        (_codec, var firstByte) = await LineCodecs.ChooseAsync(input, options.OutputCharset, abort);
        _position = Math.Max(position, Math.Min(firstByte, input.Length));
        _reader = new ChunkReader(input.File, input.Length, _position);
    }

    /// <inheritdoc/>
    public ValueTask<DeserializedEvents> ReadAsync(int maxEvents, CancellationToken abort)
    {
        var input = _input ?? throw new InvalidOperationException("A deserializer is opened before it reads.");
        // An event takes at least a byte, but for what the limit of the line length adds.
        var events = new FlumeEvent[(int)Math.Min(maxEvents, Math.Max(0, input.Length - _position) + 2)];
        var count = TakeLines(events, 0);
        return count == events.Length ? new ValueTask<DeserializedEvents>(Result(events, count)) : ReadOnAsync(events, count, abort);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reader?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<DeserializedEvents> ReadOnAsync(FlumeEvent[] events, int count, CancellationToken abort)
    {
        while (count < events.Length)
        {
            if (_hasLine)
            {
                if (!TryTakePieces(events, ref count))
                {
                    break;
                }
            }
            else if (_lines.Length > 0)
            {
                count = TakeLines(events, count);
            }
            else if (_isAtEnd)
            {
                break;
            }
            else
            {
                Add(await _reader!.NextAsync(abort));
            }
        }

        return Result(events, count);
    }

    private DeserializedEvents Result(FlumeEvent[] events, int count)
    {
        if (count < events.Length)
        {
            Array.Resize(ref events, count);
        }

        return new DeserializedEvents(ImmutableCollectionsMarshal.AsImmutableArray(events), _position);
    }

    // The fast path: lines that are their own bodies, as slices of the chunk.
    private int TakeLines(FlumeEvent[] events, int count)
    {
        if (_hasLine)
        {
            return count;
        }

        var newlineBytes = _codec.NewlineBytes;
        var isVerbatim = _codec.IsVerbatim;
        var span = _lines.Span;
        var at = 0;
        while (count < events.Length && at < span.Length)
        {
            var length = _codec.IndexOfNewline(span[at..]);
            if (length >= MaxLineLength || !isVerbatim || (!_isText && !_codec.IsText(span.Slice(at, length))))
            {
                (_line, _lineEnd, _hasLine) = (_lines.Slice(at, length), LineEnd.Newline, true);
                _lines = _lines[(at + length + newlineBytes)..];
                _position += at;
                return count;
            }

            events[count++] = new FlumeEvent(_lines.Slice(at, length), _headers);
            at += length + newlineBytes;
        }

        _lines = _lines[at..];
        _position += at;
        return count;
    }

    /// <summary>Cuts up the current line as far as it goes.</summary>
    /// <returns>False when malformed bytes are next, and events before them wait to be returned.</returns>
    /// <exception cref="EventReadException">Malformed bytes are next.</exception>
    private bool TryTakePieces(FlumeEvent[] events, ref int count)
    {
        while (count < events.Length)
        {
            switch (_codec.Take(_line, _lineEnd, MaxLineLength, out var body, out var consumed, out var isCut))
            {
                case LineCodec.Outcome.Body:
                    events[count++] = new FlumeEvent(body, _headers);
                    _line = _line[consumed..];
                    _position += consumed;
                    if (!isCut)
                    {
                        _position += _lineEnd == LineEnd.Newline ? _codec.NewlineBytes : 0;
                        _hasLine = false;
                        return true;
                    }

                    break;
                case LineCodec.Outcome.NeedsMore:
                    (_tail, _growing, _hasLine) = (_line, null, false);
                    return true;
                case LineCodec.Outcome.Nothing:
                    _position += _line.Length;
                    _hasLine = false;
                    return true;
                default:
                    // Flume: throws away the good lines of the same batch, too. Here they are delivered first.
                    return count > 0 ? false : throw Malformed();
            }
        }

        return true;
    }

    private EventReadException Malformed() => new(
        $"'{_path}' has bytes that are not {_input!.Charset} text in the line part that begins at byte {_position}. Correct the file, move it away, " +
        "name its real character set in inputCharset, or set decodeErrorPolicy to REPLACE or IGNORE.");

    private void Add(ReadOnlyMemory<byte> chunk)
    {
        if (chunk.IsEmpty)
        {
            _isAtEnd = true;
            (_line, _lineEnd, _hasLine) = (_tail, LineEnd.EndOfFile, _tail.Length > 0);
            _tail = default;
            return;
        }

        if (_tail.Length > 0)
        {
            var first = _codec.IndexOfNewline(chunk.Span);
            if (first < 0)
            {
                Grow(chunk);
                OfferTail();
                return;
            }

            (_line, _lineEnd, _hasLine) = (Joined(_tail, chunk[..first]), LineEnd.Newline, true);
            _tail = default;
            chunk = chunk[(first + _codec.NewlineBytes)..];
        }

        var last = _codec.LastIndexOfNewline(chunk.Span);
        var complete = last < 0 ? 0 : last + _codec.NewlineBytes;
        _lines = chunk[..complete];
        _isText = _codec.IsText(_lines.Span);
        _tail = chunk[complete..];
        _growing = null;
        if (!_hasLine && complete == 0)
        {
            OfferTail();
        }
    }

    // A line without an end in sight is cut as soon as it is long enough, so that memory does not grow with it.
    private void OfferTail()
    {
        if (_tail.Length >= MaxLineLength)
        {
            (_line, _lineEnd, _hasLine) = (_tail, LineEnd.Open, true);
            _tail = default;
        }
    }

    private void Grow(ReadOnlyMemory<byte> chunk)
    {
        var length = _tail.Length + chunk.Length;
        if (_growing is null || _growing.Length < length)
        {
            var longer = GC.AllocateUninitializedArray<byte>(length * 2);
            _tail.CopyTo(longer);
            _growing = longer;
        }

        chunk.CopyTo(_growing.AsMemory(_tail.Length));
        _tail = _growing.AsMemory(0, length);
    }

    private static byte[] Joined(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest)
    {
        var whole = GC.AllocateUninitializedArray<byte>(head.Length + rest.Length);
        head.CopyTo(whole);
        rest.CopyTo(whole.AsMemory(head.Length));
        return whole;
    }
}
