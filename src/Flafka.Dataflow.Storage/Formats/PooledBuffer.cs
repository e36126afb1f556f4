using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Bytes being gathered. The array comes from the pool and goes back with <see cref="Release"/>, so an idle buffer costs nothing.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 256;

    private byte[] _bytes = [];
    private int _count;

    public int Count => _count;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <summary>What stands behind a place, to be changed.</summary>
    public Span<byte> WrittenFrom(int start) => _bytes.AsSpan(start, _count - start);

    /// <summary>The same for those who want an array.</summary>
    public ArraySegment<byte> Segment => new(_bytes, 0, _count);

    public void Advance(int count) => _count += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_count);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Forgets what stands behind a place.</summary>
    public void Cut(int count) => _count = count;

    /// <summary>Forgets everything and gives the array back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        _count = 0;
    }

    private void Ensure(int more)
    {
        var needed = (long)_count + Math.Max(more, 1);
        if (needed > _bytes.Length)
        {
            var longer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(FirstBytes, 2L * _bytes.Length))));
            Written.CopyTo(longer);
            var count = _count;
            Release();
            (_bytes, _count) = (longer, count);
        }
    }
}
