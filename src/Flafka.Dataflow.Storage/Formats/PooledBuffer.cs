using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Bytes being gathered. The array comes from the pool and goes back with <see cref="Release"/>, so an idle buffer costs nothing.</summary>
internal sealed class PooledBuffer() : ByteBuffer(firstBytes: 256)
{
    public ReadOnlySpan<byte> Written => Bytes.AsSpan(0, Count);

    /// <summary>The same for those who want an array.</summary>
    public ArraySegment<byte> Segment => new(Bytes, 0, Count);

    /// <summary>What stands behind a place, to be changed.</summary>
    public Span<byte> WrittenFrom(int start) => Bytes.AsSpan(start, Count - start);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Forgets everything and gives the array back.</summary>
    public void Release()
    {
        Replace([]);
        CutTo(0);
    }

    protected override byte[] NewArray(int length) => ArrayPool<byte>.Shared.Rent(length);

    protected override void Replace(byte[] bytes)
    {
        if (Bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(Bytes);
        }

        base.Replace(bytes);
    }
}
