namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Buffers between two uses. Thread-safe.</summary>
internal sealed class WriteBufferPool
{
    /// <summary>A writer with so many bytes in hand writes them, even in the middle of a batch.</summary>
    public const int ChunkBytes = 8 * 1024 * 1024;

    private const long MostBytesKept = 4L * ChunkBytes;

    /// <summary>For what is gathered between two flushes, by writers of which many may be open.</summary>
    public static WriteBufferPool Shared { get; } = new();

    private readonly Lock _sync = new();
    private readonly Stack<WriteBuffer> _free = new();
    private long _bytesKept;

    public WriteBuffer Rent()
    {
        lock (_sync)
        {
            if (!_free.TryPop(out var buffer))
            {
                return new WriteBuffer();
            }

            _bytesKept -= buffer.Capacity;
            return buffer;
        }
    }

    public void Return(WriteBuffer buffer)
    {
        buffer.Clear();
        lock (_sync)
        {
            if (_bytesKept + buffer.Capacity <= MostBytesKept)
            {
                _bytesKept += buffer.Capacity;
                _free.Push(buffer);
            }
        }
    }
}
