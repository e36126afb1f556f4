namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Blocks of Hadoop's framing: a length, and chunks that unpack to so many bytes.</summary>
internal sealed class SnappyTail() : FileTail("snappy")
{
    private const int MostLengthBytes = 5;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var reader = new TailReader(file, length);
        var whole = 0L;
        while (await reader.TryReadInt32Async(abort) is > 0 and var plainBytes)
        {
            for (long done = 0; done < plainBytes;)
            {
                var chunk = await reader.TryReadInt32Async(abort) ?? 0;
                var unpacked = PlainLength((await reader.PeekAsync(MostLengthBytes, abort)).Span);
                done += unpacked;
                if (chunk <= 0 || unpacked <= 0 || done > plainBytes || !reader.TrySkip(chunk))
                {
                    return whole;
                }
            }

            whole = reader.Position;
        }

        return whole;
    }

    // A packed chunk begins with the length of what it unpacks to, seven bits in a byte.
    private static long PlainLength(ReadOnlySpan<byte> chunk)
    {
        var value = 0L;
        for (var i = 0; i < Math.Min(MostLengthBytes, chunk.Length); i++)
        {
            value |= (long)(chunk[i] & 0x7f) << (7 * i);
            if (chunk[i] < 0x80)
            {
                return value;
            }
        }

        return 0;
    }
}
