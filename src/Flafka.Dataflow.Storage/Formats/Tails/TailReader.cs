using System.Buffers.Binary;
using Flafka.Dataflow.Storage.FileSystems;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Walks through a file from its front.</summary>
/// <param name="file">The file.</param>
/// <param name="length">How long it is.</param>
internal sealed class TailReader(IStorageFile file, long length)
{
    private const int WindowBytes = 256 * 1024;

    private readonly byte[] _window = new byte[WindowBytes];
    private long _start;
    private int _count;

    /// <summary>Where the next byte is read.</summary>
    public long Position { get; set; }

    public long Length => length;

    public long Left => length - Position;

    /// <summary>What follows, at least so much of it; less only at the end of the file.</summary>
    /// <param name="least">At most 64 KiB.</param>
    /// <param name="abort">Cancels.</param>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int least, CancellationToken abort)
    {
        var offset = Position - _start;
        if (offset < 0 || offset + Math.Min(least, Left) > _count)
        {
            _start = Position;
            offset = 0;
            _count = (int)Math.Min(WindowBytes, Left);
            await file.ReadExactlyAsync(_window.AsMemory(0, _count), _start, abort);
        }

        return _window.AsMemory((int)offset, _count - (int)offset);
    }

    /// <summary>Reads a number of four bytes; <see langword="null"/> when they are not there.</summary>
    public async ValueTask<int?> TryReadInt32Async(CancellationToken abort)
    {
        if (Left < sizeof(int))
        {
            return null;
        }

        var value = BinaryPrimitives.ReadInt32BigEndian((await PeekAsync(sizeof(int), abort)).Span);
        Position += sizeof(int);
        return value;
    }

    /// <summary>Passes over bytes; false when they are not all there.</summary>
    public bool TrySkip(long count)
    {
        if (count < 0 || count > Left)
        {
            return false;
        }

        Position += count;
        return true;
    }

    /// <summary>The place of the last occurrence of a mark at or behind a place; -1 without one.</summary>
    public async ValueTask<long> FindLastAsync(ReadOnlyMemory<byte> mark, long from, CancellationToken abort)
    {
        for (var end = length; end - from >= mark.Length;)
        {
            var start = Math.Max(from, end - WindowBytes);
            Position = start;
            var bytes = await PeekAsync((int)Math.Min(WindowBytes, end - start), abort);
            if (bytes.Span[..(int)(end - start)].LastIndexOf(mark.Span) is >= 0 and var index)
            {
                return start + index;
            }

            if (start == from)
            {
                break;
            }

            end = start + mark.Length - 1; // it may lie across
        }

        return -1;
    }
}
