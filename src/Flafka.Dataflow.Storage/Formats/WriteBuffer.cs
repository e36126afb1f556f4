using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Bytes on their way to a file. Its array is used again.</summary>
internal sealed class WriteBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 4 * 1024;

    private byte[] _bytes = [];
    private int _count;

    public int Count => _count;

    public int Capacity => _bytes.Length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _count);

    public void Clear() => _count = 0;

    /// <summary>Forgets what stands behind so many bytes.</summary>
    public void CutTo(int count) => _count = count;

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_count);
    }

    private void Ensure(int sizeHint)
    {
        var needed = (long)_count + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            var longer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(FirstBytes, 2L * _bytes.Length))));
            _bytes.AsSpan(0, _count).CopyTo(longer);
            _bytes = longer;
        }
    }
}
