namespace Flafka.Dataflow.Components.Serialization.Avro;

/// <summary>Avro's whole numbers: zig-zag, then seven bits a byte, the lowest first.</summary>
internal static class AvroVarint
{
    public static int Length(long value)
    {
        var rest = ZigZag(value);
        var length = 1;
        while (rest > 0x7F)
        {
            rest >>= 7;
            length++;
        }

        return length;
    }

    public static void Write(ref Span<byte> output, long value)
    {
        var rest = ZigZag(value);
        var at = 0;
        while (rest > 0x7F)
        {
            output[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        output[at++] = (byte)rest;
        output = output[at..];
    }

    /// <exception cref="FormatException">The input ends within the number, or the number has more than 64 bits.</exception>
    public static long Read(ref ReadOnlySpan<byte> input)
    {
        ulong value = 0;
        for (var at = 0; at < input.Length && at < 10; at++)
        {
            value |= (ulong)(input[at] & 0x7F) << (7 * at);
            if (input[at] <= 0x7F)
            {
                input = input[(at + 1)..];
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new FormatException("A number of the Avro datum does not end.");
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
