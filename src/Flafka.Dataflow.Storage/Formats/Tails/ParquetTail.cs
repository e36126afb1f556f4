using System.Buffers.Binary;
using Flafka.Dataflow.Storage.FileSystems;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>A Parquet file is read from its footer: with one it is whole, without one it is nothing.</summary>
internal sealed class ParquetTail() : FileTail("parquet")
{
    private const int MagicBytes = 4;
    private const int EndBytes = sizeof(int) + MagicBytes;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        if (length < MagicBytes + EndBytes)
        {
            return 0;
        }

        var end = new byte[EndBytes];
        await file.ReadExactlyAsync(end, length - EndBytes, abort);
        var footer = BinaryPrimitives.ReadUInt32LittleEndian(end);
        return end.AsSpan(sizeof(int)).SequenceEqual("PAR1"u8) && footer > 0 && footer <= length - MagicBytes - EndBytes ? length : 0;
    }
}
