using Flafka.Dataflow.Storage.FileSystems;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>What there is to know of an Avro object container file without reading its data.</summary>
public static class AvroContainer
{
    private const int FirstHeadBytes = 4 * 1024;
    private const int MostHeadBytes = 16 * 1024 * 1024;
    private const int SearchBytes = 64 * 1024;

    internal static ReadOnlySpan<byte> Magic => "Obj\u0001"u8;

    internal static ReadOnlySpan<byte> SchemaKey => "avro.schema"u8;

    /// <summary>
    /// Finds the end of the last whole block of a file that a crash may have torn: cut there, it is a whole file with every block that was
    /// written. Reads the head of the file and what stands behind that end.
    /// </summary>
    /// <param name="file">The file; only read.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns>The length to keep; 0 when there is no whole block, or this is no such file.</returns>
    public static async ValueTask<long> FindEndOfLastBlockAsync(IStorageFile file, long length, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (await ReadHeadAsync(file, length, abort) is not var (headBytes, sync))
        {
            return 0;
        }

        // Backwards: the marker is random for each file, so where it stands a block ends.
        var window = new byte[SearchBytes + AvroContainerWriter.SyncBytes];
        for (var end = length; end >= headBytes + sync.Length;)
        {
            var start = Math.Max(headBytes, end - window.Length);
            var bytes = window.AsMemory(0, (int)(end - start));
            await file.ReadExactlyAsync(bytes, start, abort);
            if (bytes.Span.LastIndexOf(sync) is >= 0 and var index)
            {
                return start + index + sync.Length;
            }

            end = start + sync.Length - 1; // it may stand across the border
        }

        return 0;
    }

    // The length of the head and the marker at its end.
    private static async ValueTask<(long Bytes, byte[] Sync)?> ReadHeadAsync(IStorageFile file, long length, CancellationToken abort)
    {
        for (var size = FirstHeadBytes; ; size *= 4)
        {
            var head = new byte[Math.Min(length, size)];
            await file.ReadExactlyAsync(head, 0, abort);
            if (TryParseHead(head, out var headBytes))
            {
                return (headBytes, head[(headBytes - AvroContainerWriter.SyncBytes)..headBytes]);
            }

            if (head.Length == length || size >= MostHeadBytes || !Magic.SequenceEqual(head.AsSpan(0, Math.Min(head.Length, Magic.Length))))
            {
                return null;
            }
        }
    }

    private static bool TryParseHead(ReadOnlySpan<byte> head, out int bytes)
    {
        bytes = 0;
        if (!head.StartsWith(Magic))
        {
            return false;
        }

        var rest = head[Magic.Length..];
        while (true)
        {
            if (!Varint.TryReadZigZag(ref rest, out var count) || count == long.MinValue)
            {
                return false;
            }

            if (count == 0)
            {
                bytes = head.Length - rest.Length + AvroContainerWriter.SyncBytes;
                return bytes <= head.Length;
            }

            if (count < 0 && !Varint.TryReadZigZag(ref rest, out _)) // the size of the block of entries follows
            {
                return false;
            }

            for (count = 2 * Math.Min(Math.Abs(count), head.Length); count > 0; count--)
            {
                if (!Varint.TryReadZigZag(ref rest, out var size) || size < 0 || size > rest.Length)
                {
                    return false;
                }

                rest = rest[(int)size..];
            }
        }
    }
}
