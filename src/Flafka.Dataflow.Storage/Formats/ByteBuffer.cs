using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Bytes being gathered in one array that grows. Where arrays come from, and where they go, its sorts know.</summary>
/// <param name="firstBytes">The length of the first array.</param>
internal abstract class ByteBuffer(int firstBytes) : IBufferWriter<byte>
{
    public int Count { get; private set; }

    /// <summary>The array; what is gathered stands at its beginning.</summary>
    protected byte[] Bytes { get; private set; } = [];

    /// <summary>Forgets what stands behind so many bytes.</summary>
    public void CutTo(int count) => Count = count;

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return Bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return Bytes.AsSpan(Count);
    }

    protected abstract byte[] NewArray(int length);

    /// <summary>Takes another array in place of the old one.</summary>
    protected virtual void Replace(byte[] bytes) => Bytes = bytes;

    private void Ensure(int more)
    {
        var needed = (long)Count + Math.Max(more, 1);
        if (needed > Bytes.Length)
        {
            var longer = NewArray((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(firstBytes, 2L * Bytes.Length))));
            Bytes.AsSpan(0, Count).CopyTo(longer);
            Replace(longer);
        }
    }
}
