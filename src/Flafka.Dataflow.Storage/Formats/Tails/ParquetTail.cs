using System.Buffers.Binary;
using Flafka.Dataflow.Storage.FileSystems;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Keeps a file that has its end, and nothing of another: nobody can read it, and none of its events was committed.</summary>
internal sealed class ParquetTail() : FileTail("p")
{
    private const int EndBytes = 8;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        if (length < EndBytes + 4)
        {
            return 0;
        }

        var end = new byte[EndBytes];
        await file.ReadExactlyAsync(end, length - EndBytes, abort);
        var footer = BinaryPrimitives.ReadUInt32LittleEndian(end);
        return end.AsSpan(4).SequenceEqual("PAR1"u8) && footer <= length - EndBytes - 4 ? length : 0;
    }
}
