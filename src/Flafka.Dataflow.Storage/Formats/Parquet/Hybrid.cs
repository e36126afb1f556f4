using System.Numerics;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Parquet's mixture of runs and packed bits, for levels and for places in a dictionary.</summary>
internal static class Hybrid
{
    private const int GroupSize = 8;
    private const int MostGroups = 63; // their number fits a header of one byte

    /// <summary>The bits that numbers up to this one need; at least one, as not every reader takes none.</summary>
    public static int Width(int most) => Math.Max(1, BitOperations.Log2((uint)most) + 1);

    public static void Write<T>(PooledBuffer output, ReadOnlySpan<T> values, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (head, groups) = (0, 0); // of the open sequence of groups
        while (!values.IsEmpty)
        {
            var run = RunLength(values);
            if (run >= GroupSize)
            {
                groups = 0;
                WriteRun(output, int.CreateTruncating(values[0]), run, width);
                values = values[run..];
                continue;
            }

            if (groups == 0)
            {
                head = output.Count;
                output.Append([0]);
            }

            var count = Math.Min(GroupSize, values.Length);
            Pack(values[..count], width, output.GetSpan(width)[..width]);
            output.Advance(width);
            values = values[count..];
            output.WrittenFrom(head)[0] = (byte)((++groups << 1) | 1);
            groups = groups == MostGroups ? 0 : groups;
        }
    }

    /// <summary>One value, many times.</summary>
    public static void WriteRun(PooledBuffer output, int value, int count, int width)
    {
        Varint.Write(output, (ulong)count << 1);
        var bytes = (width + 7) / 8;
        var span = output.GetSpan(bytes);
        for (var i = 0; i < bytes; i++)
        {
            span[i] = (byte)(value >> (8 * i));
        }

        output.Advance(bytes);
    }

    private static int RunLength<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        var differs = values[1..].IndexOfAnyExcept(values[0]);
        return differs < 0 ? values.Length : differs + 1;
    }

    private static void Pack<T>(ReadOnlySpan<T> values, int width, Span<byte> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (bits, count, at) = (0UL, 0, 0);
        foreach (var value in values)
        {
            bits |= (ulong)uint.CreateTruncating(value) << count;
            for (count += width; count >= 8; count -= 8)
            {
                output[at++] = (byte)bits;
                bits >>= 8;
            }
        }

        // The last group is filled up with zeros.
        output[at..].Clear();
        if (count > 0)
        {
            output[at] = (byte)bits;
        }
    }
}
