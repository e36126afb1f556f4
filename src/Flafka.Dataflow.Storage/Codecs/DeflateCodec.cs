using System.Buffers;
using System.IO.Compression;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Codecs;

/// <summary>What Hadoop calls deflate is zlib: with a head and a checksum.</summary>
internal sealed class DeflateCodec(string name) : CompressionCodec("org.apache.hadoop.io.compress." + name, ".deflate")
{
    internal override FileTail Tail => FileTail.Zlib;

    public override void Compress(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        using var stream = new ZLibStream(new BufferWriterStream(output), CompressionLevel.Optimal);
        stream.Write(data);
    }
}
