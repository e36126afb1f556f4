using System.Buffers;
using System.Buffers.Binary;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Codecs;

/// <summary>Hadoop's framing: the length of the data, and then chunks with the length of what follows, until all data are there.</summary>
internal sealed class SnappyCodec() : CompressionCodec("org.apache.hadoop.io.compress.SnappyCodec", ".snappy")
{
    private const int ChunkBytes = 128 * 1024; // Hadoop's readers hold 256 KiB

    internal override FileTail Tail => FileTail.Snappy;

    public override void Compress(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        WriteLength(output, data.Length);
        for (; !data.IsEmpty; data = data[Math.Min(ChunkBytes, data.Length)..])
        {
            var chunk = IronSnappy.Snappy.Encode(data[..Math.Min(ChunkBytes, data.Length)]);
            WriteLength(output, chunk.Length);
            output.Write(chunk);
        }
    }

    private static void WriteLength(IBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
    }
}
