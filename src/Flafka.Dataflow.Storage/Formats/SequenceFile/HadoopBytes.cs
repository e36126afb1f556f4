using System.Buffers;
using System.Buffers.Binary;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Numbers and values as Hadoop writes them.</summary>
internal static class HadoopBytes
{
    private const int LongestVInt = 5;

    public static void WriteInt32(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public static void WriteInt64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    /// <summary>Writes a length: up to 127 in one byte; else a byte that says how many follow.</summary>
    public static void WriteVInt(this IBufferWriter<byte> output, int value)
    {
        var span = output.GetSpan(LongestVInt);
        var count = SizeOfVInt(value);
        if (count == 1)
        {
            span[0] = (byte)value;
        }
        else
        {
            span[0] = (byte)(-111 - count);
            for (var i = 1; i < count; i++)
            {
                span[i] = (byte)(value >> (8 * (count - 1 - i)));
            }
        }

        output.Advance(count);
    }

    /// <summary>The bytes of a value: its length and the body.</summary>
    public static int SizeOfValue(int bodyBytes, SequenceFileValue type) =>
        bodyBytes + (type == SequenceFileValue.Text ? SizeOfVInt(bodyBytes) : sizeof(int));

    public static void WriteValue(this IBufferWriter<byte> output, ReadOnlySpan<byte> body, SequenceFileValue type)
    {
        if (type == SequenceFileValue.Text)
        {
            output.WriteVInt(body.Length);
        }
        else
        {
            output.WriteInt32(body.Length);
        }

        output.Write(body);
    }

    private static int SizeOfVInt(int value) => value switch { <= 127 => 1, <= 0xff => 2, <= 0xffff => 3, <= 0xffffff => 4, _ => 5 };
}
