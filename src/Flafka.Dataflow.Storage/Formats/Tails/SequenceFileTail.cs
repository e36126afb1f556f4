namespace Flafka.Dataflow.Storage.Formats;

/// <summary>From the last sync marker on, record by record or block by block.</summary>
internal sealed class SequenceFileTail() : FileTail("sequence")
{
    private const int MostHeadBytes = 64 * 1024;
    private const int MarkBytes = sizeof(int) + SequenceFileWriter.SyncBytes;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var reader = new TailReader(file, length);
        if (HeadOf((await reader.PeekAsync(MostHeadBytes, abort)).Span) is not { } head)
        {
            return 0;
        }

        var mark = new byte[MarkBytes];
        mark.AsSpan(0, sizeof(int)).Fill(0xff);
        head.Sync.CopyTo(mark.AsSpan(sizeof(int)));
        var last = await reader.FindLastAsync(mark, head.Length, abort);
        reader.Position = last < 0 ? head.Length : last + MarkBytes;
        var whole = head.IsOfBlocks ? await WholeBlockAsync(reader, last, abort) : await WholeRecordsAsync(reader, abort);
        return whole > head.Length ? whole : 0;
    }

    private static async ValueTask<long> WholeRecordsAsync(TailReader reader, CancellationToken abort)
    {
        var whole = reader.Position;
        while (await reader.TryReadInt32Async(abort) is { } record && await reader.TryReadInt32Async(abort) is { } key
            && key > 0 && record >= key && reader.TrySkip(record))
        {
            whole = reader.Position;
        }

        return whole;
    }

    // What stands before the last marker is whole.
    private static async ValueTask<long> WholeBlockAsync(TailReader reader, long marker, CancellationToken abort)
    {
        if (marker < 0 || await TryReadVIntAsync(reader, abort) is not > 0)
        {
            return Math.Max(marker, 0);
        }

        for (var part = 0; part < 4; part++)
        {
            if (await TryReadVIntAsync(reader, abort) is not { } size || !reader.TrySkip(size))
            {
                return marker;
            }
        }

        return reader.Position;
    }

    private static async ValueTask<int?> TryReadVIntAsync(TailReader reader, CancellationToken abort)
    {
        var bytes = await reader.PeekAsync(5, abort);
        var count = TryReadVInt(bytes.Span, out var value);
        reader.Position += count;
        return count > 0 ? value : null;
    }

    private static (int Length, bool IsOfBlocks, byte[] Sync)? HeadOf(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("SEQ\u0006"u8))
        {
            return null;
        }

        var rest = file[4..];
        if (!TrySkipText(ref rest) || !TrySkipText(ref rest) || rest.Length < 2)
        {
            return null;
        }

        var (isCompressed, isOfBlocks) = (rest[0] != 0, rest[1] != 0);
        rest = rest[2..];
        if ((isCompressed && !TrySkipText(ref rest)) || rest.Length < sizeof(int))
        {
            return null;
        }

        var metadata = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[sizeof(int)..];
        for (var i = 0L; i < 2L * metadata; i++)
        {
            if (!TrySkipText(ref rest))
            {
                return null;
            }
        }

        return rest.Length < SequenceFileWriter.SyncBytes
            ? null
            : (file.Length - rest.Length + SequenceFileWriter.SyncBytes, isOfBlocks, rest[..SequenceFileWriter.SyncBytes].ToArray());
    }

    private static bool TrySkipText(ref ReadOnlySpan<byte> rest)
    {
        var count = TryReadVInt(rest, out var length);
        if (count == 0 || length > rest.Length - count)
        {
            return false;
        }

        rest = rest[(count + length)..];
        return true;
    }

    // How many bytes it takes; 0 when they are not there, or are no length.
    private static int TryReadVInt(ReadOnlySpan<byte> bytes, out int value)
    {
        value = 0;
        if (bytes.IsEmpty)
        {
            return 0;
        }

        var first = (sbyte)bytes[0];
        if (first >= -112)
        {
            value = first;
            return first < 0 ? 0 : 1;
        }

        var count = -112 - first;
        if (count > sizeof(int) || bytes.Length <= count)
        {
            return 0;
        }

        foreach (var next in bytes.Slice(1, count))
        {
            value = (value << 8) | next;
        }

        return value < 0 ? 0 : count + 1;
    }
}
