using System.IO.Compression;
using Flafka.Dataflow.Storage.Codecs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Compresses one block of bytes, as the containers that are made of blocks do. Appends to the target.</summary>
internal static class BlockCompression
{
    /// <summary>A snappy block, without any framing.</summary>
    public static void Snappy(ReadOnlySpan<byte> bytes, PooledBuffer target) => target.Append(IronSnappy.Snappy.Encode(bytes));

    /// <summary>A bare deflate stream (RFC 1951).</summary>
    public static void Deflate(ReadOnlySpan<byte> bytes, PooledBuffer target)
    {
        using var stream = new DeflateStream(new BufferWriterStream(target), CompressionLevel.Optimal);
        stream.Write(bytes);
    }

    /// <summary>A member of a gzip file.</summary>
    public static void GZip(ReadOnlySpan<byte> bytes, PooledBuffer target)
    {
        using var stream = new GZipStream(new BufferWriterStream(target), CompressionLevel.Optimal);
        stream.Write(bytes);
    }
}
