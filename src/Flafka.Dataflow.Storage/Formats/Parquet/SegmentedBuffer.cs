using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Bytes that are only appended and, later, passed on. In pieces, so that growing copies nothing and wastes little.</summary>
internal sealed class SegmentedBuffer
{
    private const int FirstBytes = 1024;
    private const int MostBytes = 64 * 1024;

    private readonly List<byte[]> _full = [];
    private byte[] _last = [];
    private int _lastCount;

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (true)
        {
            var count = Math.Min(bytes.Length, _last.Length - _lastCount);
            bytes[..count].CopyTo(_last.AsSpan(_lastCount));
            _lastCount += count;
            bytes = bytes[count..];
            if (bytes.IsEmpty)
            {
                return;
            }

            if (_last.Length > 0)
            {
                _full.Add(_last);
            }

            _last = ArrayPool<byte>.Shared.Rent(Math.Clamp(2 * _last.Length, FirstBytes, MostBytes));
            _lastCount = 0;
        }
    }

    /// <summary>Passes everything on, and is empty afterwards.</summary>
    public void MoveTo(IBufferWriter<byte> output)
    {
        foreach (var segment in _full)
        {
            output.Write(segment);
            ArrayPool<byte>.Shared.Return(segment);
        }

        if (_last.Length > 0)
        {
            output.Write(_last.AsSpan(0, _lastCount));
            ArrayPool<byte>.Shared.Return(_last);
        }

        _full.Clear();
        (_last, _lastCount, Length) = ([], 0, 0);
    }
}
