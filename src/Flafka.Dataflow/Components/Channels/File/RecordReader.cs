namespace Flafka.Dataflow.Components.Channels;

/// <summary>What stands at a place of a segment.</summary>
internal enum RecordState
{
    /// <summary>Nothing more.</summary>
    End,

    /// <summary>A sound record.</summary>
    Sound,

    /// <summary>Bytes that are no sound record. When the header is sound, it says which events are missing.</summary>
    Damaged,
}

/// <summary>
/// Reads the records of a segment in order, and finds the next sound one behind damage. When content is taken over, what stands behind it is read meanwhile.
/// One call at a time.
/// </summary>
internal sealed class RecordReader(IStorageFile file, long segment, long offset) : IAsyncDisposable
{
    // What is read at once. Events that are lent keep the whole of it alive, so it is not larger than reading needs.
    private const int ChunkSize = 512 << 10;

    // Room in front of what is read ahead, for the record that begins in what was read before.
    private const int Headroom = 2 * RecordFormat.TargetRecordSize;

    private static readonly Task<int> NothingAhead = Task.FromResult(0);

    private byte[] _buffer = new byte[4096];
    private int _bufferStart;
    private long _bufferAt;
    private int _buffered;
    private bool _isHandedOver;
    private bool _readsAhead;
    private byte[] _ahead = [];
    private long _aheadAt;
    private Task<int> _readingAhead = NothingAhead;

    /// <summary>Where the record of the last call begins.</summary>
    public long Start { get; private set; }

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; } = offset;

    /// <summary>The header of the record of the last call; <see langword="null"/> when that is damaged itself.</summary>
    public RecordHeader? Header { get; private set; }

    /// <summary>The content of the last sound record; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Reads the header of the segment.</summary>
    public async ValueTask<long?> ReadSegmentHeaderAsync(long end, CancellationToken abort)
    {
        await FillAsync(0, RecordFormat.SegmentHeaderSize, end, abort);
        return RecordFormat.ReadSegmentHeader(At(0), segment);
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="end">Nothing at or behind this place is looked at.</param>
    /// <param name="withContent">False: the content is passed over unread and its checksum not compared.</param>
    /// <param name="abort">Ends the reading.</param>
    public async ValueTask<RecordState> NextAsync(long end, bool withContent, CancellationToken abort)
    {
        Start = Position;
        Header = null;
        if (Start >= end)
        {
            return RecordState.End;
        }

        await FillAsync(Start, RecordFormat.HeaderSize, end, abort);
        if (RecordFormat.TryReadHeader(At(Start), segment, out var header))
        {
            Header = header;
            var next = Start + RecordFormat.HeaderSize + header.Length;
            if (next > end)
            {
                Position = end; // begun and never finished
                return RecordState.Damaged;
            }

            Position = next;
            return !withContent || await ReadContentAsync(header, end, abort) ? RecordState.Sound : RecordState.Damaged;
        }

        Position = await FindSoundAsync(Start + 1, end, abort);
        return RecordState.Damaged;
    }

    /// <summary>Reads the content of the record whose header was read last.</summary>
    public async ValueTask<bool> ReadContentAsync(RecordHeader header, long end, CancellationToken abort)
    {
        var at = Start + RecordFormat.HeaderSize;
        await FillAsync(at, header.Length, end, abort);
        if (At(at).Length < header.Length)
        {
            return false;
        }

        Content = _buffer.AsMemory(_bufferStart + (int)(at - _bufferAt), header.Length);
        return RecordFormat.Checksum(RecordFormat.Seed(segment), Content.Span) == header.Checksum;
    }

    /// <summary>The content of the last sound record, for good: what is read next goes into other memory.</summary>
    public ReadOnlyMemory<byte> TakeContent()
    {
        (_isHandedOver, _readsAhead) = (true, true);
        return Content;
    }

    public async ValueTask DisposeAsync()
    {
        await Join.EndAsync(_readingAhead);
        await file.DisposeAsync();
    }

    // The next place from which a sound header can be read.
    private async ValueTask<long> FindSoundAsync(long from, long end, CancellationToken abort)
    {
        while (from + RecordFormat.HeaderSize <= end)
        {
            await FillAsync(from, RecordFormat.HeaderSize, end, abort);
            var bytes = At(from);
            if (bytes.Length < RecordFormat.HeaderSize)
            {
                break;
            }

            var found = bytes.IndexOf("FLK\u001A"u8);
            if (found == 0 && RecordFormat.TryReadHeader(bytes, segment, out var header) && from + RecordFormat.HeaderSize + header.Length <= end)
            {
                return from;
            }

            from += found > 0 ? found : found == 0 ? 1 : bytes.Length - 3;
        }

        return end;
    }

    private ReadOnlySpan<byte> At(long position) => position < _bufferAt || position >= _bufferAt + _buffered
        ? default
        : _buffer.AsSpan(_bufferStart + (int)(position - _bufferAt), (int)(_bufferAt + _buffered - position));

    // Brings so many bytes into the buffer, fewer at the end, more where reading is cheap.
    private async ValueTask FillAsync(long position, int count, long end, CancellationToken abort)
    {
        count = (int)Math.Min(count, end - position);
        if (At(position).Length >= count)
        {
            return;
        }

        await TakeAheadAsync(position);
        if (At(position).Length < count)
        {
            var kept = At(position).ToArray();
            var wanted = (int)Math.Min(Math.Max(count, ChunkSize), end - position);
            if (_isHandedOver || _buffer.Length < wanted || (_buffer.Length > 4 * ChunkSize && wanted <= ChunkSize))
            {
                _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(wanted, 4096));
                _isHandedOver = false;
            }

            kept.CopyTo(_buffer, 0);
            (_bufferStart, _bufferAt, _buffered) = (0, position, kept.Length);
            while (_buffered < count && await file.ReadAsync(_buffer.AsMemory(_buffered, wanted - _buffered), position + _buffered, abort) is var read and > 0)
            {
                _buffered += read;
            }
        }

        if (_readsAhead)
        {
            BeginAhead(end, abort);
        }
    }

    private void BeginAhead(long end, CancellationToken abort)
    {
        _aheadAt = _bufferAt + _buffered;
        var count = (int)Math.Min(ChunkSize, end - _aheadAt);
        if (count > 0)
        {
            _ahead = GC.AllocateUninitializedArray<byte>(Headroom + count);
            _readingAhead = file.ReadAsync(_ahead.AsMemory(Headroom), _aheadAt, abort).AsTask();
        }
    }

    // What was read ahead becomes the buffer, with what is left of the one before in front of it.
    private async ValueTask TakeAheadAsync(long position)
    {
        var reading = _readingAhead;
        _readingAhead = NothingAhead;
        var read = await reading;
        var kept = (int)(_aheadAt - position);
        if (read > 0 && kept is >= 0 and <= Headroom && At(position).Length == kept)
        {
            At(position).CopyTo(_ahead.AsSpan(Headroom - kept));
            (_buffer, _bufferStart, _bufferAt, _buffered) = (_ahead, Headroom - kept, position, kept + read);
            _isHandedOver = false;
        }

        _ahead = [];
    }
}
