namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Whole numbers of seven bits a byte, the lowest first, as Avro, Thrift's compact protocol and Parquet write them.</summary>
internal static class Varint
{
    /// <summary>Most bytes of a number.</summary>
    public const int MostBytes = 10;

    public static void Write(PooledBuffer output, ulong value)
    {
        var span = output.GetSpan(MostBytes);
        var at = 0;
        while (value > 0x7F)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        output.Advance(at);
    }

    /// <summary>Small for small negative numbers too.</summary>
    public static void WriteZigZag(PooledBuffer output, long value) => Write(output, (ulong)((value << 1) ^ (value >> 63)));
}
