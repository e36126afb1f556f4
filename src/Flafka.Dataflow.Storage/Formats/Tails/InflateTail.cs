using System.Buffers.Binary;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>
/// Streams of gzip or zlib behind one another; each is unpacked to find its end. The framework's streams do not tell where one ends.
/// </summary>
/// <param name="isGzip">Whether the streams have the head and the checksum of gzip.</param>
internal sealed class InflateTail(bool isGzip) : FileTail(isGzip ? "gzip" : "zlib")
{
    private const int HeadBytes = 10;
    private const int NamedParts = 0x1e; // flags of gzip for parts that no writer here makes
    private const int PieceBytes = 64 * 1024;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var reader = new TailReader(file, length);
        var piece = new byte[PieceBytes];
        var whole = 0L;
        while (reader.Left > 0 && await TryPassStreamAsync(reader, piece, abort))
        {
            whole = reader.Position;
        }

        return whole;
    }

    private async ValueTask<bool> TryPassStreamAsync(TailReader reader, byte[] piece, CancellationToken abort)
    {
        if (isGzip)
        {
            var head = await reader.PeekAsync(HeadBytes, abort);
            if (head.Length < HeadBytes || !head.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 8]) || (head.Span[3] & NamedParts) != 0)
            {
                return false;
            }

            reader.Position += HeadBytes;
        }

        var inflater = new Inflater(noHeader: isGzip);
        var checksum = new Crc32();
        try
        {
            while (!inflater.IsFinished)
            {
                var count = inflater.Inflate(piece);
                checksum.Update(new ArraySegment<byte>(piece, 0, count));
                if (count == 0 && !inflater.IsFinished)
                {
                    if (!inflater.IsNeedingInput || reader.Left == 0)
                    {
                        return false;
                    }

                    var input = (await reader.PeekAsync(1, abort)).ToArray();
                    inflater.SetInput(input);
                    reader.Position += input.Length;
                }
            }
        }
        catch (Exception damage) when (damage is SharpZipBaseException or IndexOutOfRangeException or ArgumentException or InvalidOperationException)
        {
            return false; // the library says it in several ways
        }

        reader.Position -= inflater.RemainingInput;
        return !isGzip || await IsSoundAsync(reader, checksum, inflater.TotalOut, abort);
    }

    private static async ValueTask<bool> IsSoundAsync(TailReader reader, Crc32 checksum, long plainBytes, CancellationToken abort)
    {
        var end = await reader.PeekAsync(8, abort);
        if (end.Length < 8)
        {
            return false;
        }

        reader.Position += 8;
        return BinaryPrimitives.ReadUInt32LittleEndian(end.Span) == (uint)checksum.Value
            && BinaryPrimitives.ReadUInt32LittleEndian(end.Span[4..]) == (uint)plainBytes;
    }
}
