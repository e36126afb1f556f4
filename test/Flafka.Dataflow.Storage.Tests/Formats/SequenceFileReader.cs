using System.Buffers.Binary;
using System.Text;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Tests.Codecs;

namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>Reads SequenceFiles as Hadoop does; what is not whole throws.</summary>
internal sealed class SequenceFileReader
{
    private readonly byte[] _bytes;
    private int _next;

    private SequenceFileReader(byte[] bytes) => _bytes = bytes;

    public static List<(long Key, string Value)> Read(byte[] bytes)
    {
        var reader = new SequenceFileReader(bytes);
        return reader.Read();
    }

    private List<(long Key, string Value)> Read()
    {
        if (!Take(4).SequenceEqual("SEQ\u0006"u8) || Text() != "org.apache.hadoop.io.LongWritable")
        {
            throw new InvalidDataException("No SequenceFile.");
        }

        var isText = Text() == "org.apache.hadoop.io.Text";
        var (isCompressed, isOfBlocks) = (Take(1)[0] == 1, Take(1)[0] == 1);
        CompressionCodec? codec = null;
        if (isCompressed && !CompressionCodec.TryFind(Text(), out codec))
        {
            throw new InvalidDataException("No codec.");
        }

        if (Int32() != 0)
        {
            throw new InvalidDataException("Metadata.");
        }

        var sync = Take(16).ToArray();
        var records = new List<(long, string)>();
        while (_next < _bytes.Length)
        {
            var length = Int32();
            if (length == -1)
            {
                if (!Take(16).SequenceEqual(sync))
                {
                    throw new InvalidDataException("No marker.");
                }

                if (isOfBlocks)
                {
                    ReadBlock(records, codec!, isText);
                }

                continue;
            }

            if (isOfBlocks || Int32() != 8)
            {
                throw new InvalidDataException("No record.");
            }

            var key = BinaryPrimitives.ReadInt64BigEndian(Take(8));
            var value = Take(length - 8).ToArray();
            records.Add((key, Value(codec is null ? value : Unpack.All(codec, value), isText)));
        }

        return records;
    }

    private void ReadBlock(List<(long, string)> records, CompressionCodec codec, bool isText)
    {
        var count = VInt();
        var parts = new SequenceFileReader[4];
        for (var i = 0; i < 4; i++)
        {
            parts[i] = new SequenceFileReader(Unpack.All(codec, Take(VInt()).ToArray()));
        }

        for (var i = 0; i < count; i++)
        {
            var key = BinaryPrimitives.ReadInt64BigEndian(parts[1].Take(parts[0].VInt()));
            records.Add((key, Value(parts[3].Take(parts[2].VInt()).ToArray(), isText)));
        }
    }

    private static string Value(byte[] bytes, bool isText)
    {
        var reader = new SequenceFileReader(bytes);
        var text = Encoding.UTF8.GetString(reader.Take(isText ? reader.VInt() : reader.Int32()));
        return reader._next == bytes.Length ? text : throw new InvalidDataException("A value with more behind it.");
    }

    private int VInt()
    {
        var first = (sbyte)Take(1)[0];
        if (first >= -112)
        {
            return first;
        }

        var value = 0;
        foreach (var next in Take(-112 - first))
        {
            value = (value << 8) | next;
        }

        return value;
    }

    private int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    private string Text() => Encoding.UTF8.GetString(Take(VInt()));

    private ReadOnlySpan<byte> Take(int count)
    {
        _next += count;
        return _next <= _bytes.Length ? _bytes.AsSpan(_next - count, count) : throw new EndOfStreamException();
    }
}
