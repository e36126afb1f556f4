using System.Buffers;
using System.IO.Compression;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Codecs;

internal sealed class GzipCodec() : CompressionCodec("org.apache.hadoop.io.compress.GzipCodec", ".gz")
{
    internal override FileTail Tail => FileTail.Gzip;

    public override void Compress(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        using var stream = new GZipStream(new BufferWriterStream(output), CompressionLevel.Optimal);
        stream.Write(data);
    }
}
