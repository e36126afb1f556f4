namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Every block of an Avro container ends with the marker of the file.</summary>
internal sealed class AvroTail() : FileTail("avro")
{
    private const int MarkerBytes = 16;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var reader = new TailReader(file, length) { Position = 4 };
        if (!(await new TailReader(file, length).PeekAsync(4, abort)).Span.StartsWith("Obj\u0001"u8) || !await TrySkipMapAsync(reader, abort))
        {
            return 0;
        }

        var marker = (await reader.PeekAsync(MarkerBytes, abort))[..(int)Math.Min(MarkerBytes, reader.Left)].ToArray();
        var blocks = reader.Position + MarkerBytes;
        var last = marker.Length == MarkerBytes ? await reader.FindLastAsync(marker, blocks, abort) : -1;
        return last < 0 ? 0 : last + MarkerBytes;
    }

    // Blocks of pairs, up to one that is empty; a negative count is followed by the size.
    private static async ValueTask<bool> TrySkipMapAsync(TailReader reader, CancellationToken abort)
    {
        while (await TryReadLongAsync(reader, abort) is { } count)
        {
            if (count == 0)
            {
                return true;
            }

            if (Math.Abs((decimal)count) > reader.Left || (count < 0 && await TryReadLongAsync(reader, abort) is null))
            {
                return false;
            }

            for (var i = 0L; i < 2 * Math.Abs(count); i++)
            {
                if (await TryReadLongAsync(reader, abort) is not { } size || !reader.TrySkip(size))
                {
                    return false;
                }
            }
        }

        return false;
    }

    private static async ValueTask<long?> TryReadLongAsync(TailReader reader, CancellationToken abort)
    {
        var bytes = await reader.PeekAsync(10, abort);
        var value = 0UL;
        for (var i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes.Span[i] & 0x7f) << (7 * i);
            if (bytes.Span[i] < 0x80)
            {
                reader.Position += i + 1;
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        return null;
    }
}
