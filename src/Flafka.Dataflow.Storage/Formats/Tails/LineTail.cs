using Flafka.Dataflow.Storage.FileSystems;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Keeps all up to the last line feed.</summary>
internal sealed class LineTail() : FileTail("l")
{
    private const int BlockBytes = 64 * 1024;

    public override async ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort)
    {
        var block = new byte[BlockBytes];
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - BlockBytes);
            var bytes = block.AsMemory(0, (int)(end - start));
            await file.ReadExactlyAsync(bytes, start, abort);
            if (bytes.Span.LastIndexOf((byte)'\n') is >= 0 and var index)
            {
                return start + index + 1;
            }

            end = start;
        }

        return 0;
    }
}
