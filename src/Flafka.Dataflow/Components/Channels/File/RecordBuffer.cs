using System.Text;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Bytes of records on their way into a segment. Grows as needed and is used again. Not thread-safe.</summary>
internal sealed class RecordBuffer
{
    private const int KeptSize = 8 << 20;

    private byte[] _bytes = new byte[16 * 1024];
    private EventHeaders? _lastHeaders;
    private (int Start, int Length) _lastBlock;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear()
    {
        Length = 0;
        _lastHeaders = null;
        if (_bytes.Length > KeptSize)
        {
            _bytes = new byte[16 * 1024];
        }
    }

    /// <summary>The most bytes that these events may take, their records included.</summary>
    public static long SizeOf(ReadOnlySpan<FlumeEvent> events)
    {
        long size = 0;
        EventHeaders? last = null;
        var headers = 0;
        foreach (var flumeEvent in events)
        {
            if (!ReferenceEquals(flumeEvent.Headers, last))
            {
                last = flumeEvent.Headers;
                headers = 5;
                for (var i = 0; i < last.Count; i++)
                {
                    var (name, value) = last[i];
                    headers += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) + 10;
                }
            }

            size += headers + 10 + flumeEvent.Body.Length;
        }

        return size + (RecordFormat.HeaderSize * (1 + (size / RecordFormat.TargetRecordSize)));
    }

    /// <summary>Appends neighbouring events as records.</summary>
    /// <returns>How many of them are in the first record, which is at least one.</returns>
    public void Put(long segment, long first, ReadOnlySpan<FlumeEvent> events)
    {
        while (!events.IsEmpty)
        {
            var start = Begin();
            var count = 0;
            long bodies = 0;
            do
            {
                var flumeEvent = events[count++];
                WriteHeaders(flumeEvent.Headers);
                WriteVarint((uint)flumeEvent.Body.Length);
                Write(flumeEvent.Body.Span);
                bodies += flumeEvent.Body.Length;
            }
            while (count < events.Length && Length - start < RecordFormat.TargetRecordSize);

            RecordFormat.WriteHeader(_bytes.AsSpan(start, Length - start), RecordKind.Put, segment, first, count, (int)bodies);
            events = events[count..];
            first += count;
        }
    }

    /// <summary>Appends a record of events that sinks have committed.</summary>
    public void Consumed(long segment, SequenceSet events, long bodyBytes)
    {
        var start = Begin();
        WriteVarint((ulong)bodyBytes);
        var end = events.First;
        foreach (var run in events.Runs)
        {
            WriteVarint((ulong)(run.First - end));
            WriteVarint((ulong)(run.End - run.First));
            end = run.End;
        }

        RecordFormat.WriteHeader(_bytes.AsSpan(start, Length - start), RecordKind.Consumed, segment, events.First, (int)Math.Min(events.Count, int.MaxValue), 0);
    }

    public void WriteVarint(ulong value)
    {
        Reserve(10);
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[Length++] = (byte)(value | 0x80);
        }

        _bytes[Length++] = (byte)value;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        WriteVarint((ulong)Encoding.UTF8.GetByteCount(text));
        Reserve(most);
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    /// <summary>Room that the caller fills.</summary>
    public Span<byte> Append(int count)
    {
        Reserve(count);
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    private int Begin()
    {
        _ = Append(RecordFormat.HeaderSize);
        return Length - RecordFormat.HeaderSize;
    }

    // A source shares one instance for many events: their block is copied, not written anew.
    private void WriteHeaders(EventHeaders headers)
    {
        if (ReferenceEquals(headers, _lastHeaders))
        {
            Reserve(_lastBlock.Length);
            _bytes.AsSpan(_lastBlock.Start, _lastBlock.Length).CopyTo(_bytes.AsSpan(Length));
            Length += _lastBlock.Length;
            return;
        }

        var start = Length;
        WriteVarint((ulong)headers.Count);
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            Write(name);
            Write(value);
        }

        _lastHeaders = headers;
        _lastBlock = (start, Length - start);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)Length + count)));
        }
    }
}
