using System.IO.Compression;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Compresses one block of bytes, as the containers that are made of blocks do. Appends to the target.</summary>
internal static class BlockCompression
{
    /// <summary>A snappy block, without any framing.</summary>
    public static void Snappy(ReadOnlySpan<byte> bytes, PooledBuffer target) => target.Append(IronSnappy.Snappy.Encode(bytes));

    /// <summary>A bare deflate stream (RFC 1951).</summary>
    public static void Deflate(ReadOnlySpan<byte> bytes, PooledBuffer target)
    {
        using var stream = new DeflateStream(new Appending(target), CompressionLevel.Optimal);
        stream.Write(bytes);
    }

    /// <summary>A member of a gzip file.</summary>
    public static void GZip(ReadOnlySpan<byte> bytes, PooledBuffer target)
    {
        using var stream = new GZipStream(new Appending(target), CompressionLevel.Optimal);
        stream.Write(bytes);
    }

    private sealed class Appending(PooledBuffer target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer) => target.Append(buffer);

        public override void Write(byte[] buffer, int offset, int count) => target.Append(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
