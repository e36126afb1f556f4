namespace Flafka.Dataflow.Storage.Formats;

/// <summary>
/// Streams of bzip2 behind one another. The mark at the end of a stream stands at any bit. Only in the last stream, the torn one, could its 48
/// bits that stand there by chance do harm.
/// </summary>
internal sealed class BZip2Tail() : FileTail("bzip2")
{
    private const ulong EndMark = 0x177245385090;
    private const ulong MarkBits = (1UL << 48) - 1;
    private const int ChecksumBits = 32;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var reader = new TailReader(file, length);
        var (whole, bits) = (0L, 0UL);
        while (reader.Left > 0)
        {
            var bytes = await reader.PeekAsync(1, abort);
            for (var next = 0; next < bytes.Length;)
            {
                next += PassToMark(bytes.Span[next..], ref bits, out var bitsBehind);
                if (bitsBehind >= 0)
                {
                    // Behind the mark: a checksum, and bits up to a whole byte.
                    var end = reader.Position + next + ((ChecksumBits - bitsBehind + 7) / 8);
                    whole = end <= length ? end : whole;
                }
            }

            reader.Position += bytes.Length;
        }

        return whole;
    }

    // How many bytes were passed; the last of them ends the mark, unless there is none.
    private static int PassToMark(ReadOnlySpan<byte> bytes, ref ulong bits, out int bitsBehind)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bits = (bits << 8) | bytes[i];
            for (bitsBehind = 0; bitsBehind < 8; bitsBehind++)
            {
                if (((bits >> bitsBehind) & MarkBits) == EndMark)
                {
                    return i + 1;
                }
            }
        }

        bitsBehind = -1;
        return bytes.Length;
    }
}
