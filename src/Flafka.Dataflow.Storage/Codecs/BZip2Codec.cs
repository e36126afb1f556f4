using System.Buffers;
using Flafka.Dataflow.Storage.Formats;
using ICSharpCode.SharpZipLib.BZip2;

namespace Flafka.Dataflow.Storage.Codecs;

internal sealed class BZip2Codec() : CompressionCodec("org.apache.hadoop.io.compress.BZip2Codec", ".bz2")
{
    private const int BlockUnit = 100_000;

    internal override FileTail Tail => FileTail.BZip2;

    public override void Compress(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        // The compressor takes memory for a whole block, ten times its size; the reader learns the size from the stream.
        var blockSize = Math.Clamp((data.Length / BlockUnit) + 1, 1, 9);
        using var stream = new BZip2OutputStream(new BufferWriterStream(output), blockSize);
        stream.Write(data);
    }
}
