namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Buffers of a sink between two writes. Thread-safe.</summary>
internal sealed class WriteBufferPool
{
    /// <summary>A writer with so many bytes in hand writes them, even in the middle of a batch.</summary>
    public const int ChunkBytes = 8 * 1024 * 1024;

    private const int MostKept = 16;

    private readonly Lock _sync = new();
    private readonly Stack<WriteBuffer> _free = new();

    public WriteBuffer Rent()
    {
        lock (_sync)
        {
            return _free.TryPop(out var buffer) ? buffer : new WriteBuffer();
        }
    }

    public void Return(WriteBuffer buffer)
    {
        buffer.Clear();
        lock (_sync)
        {
            if (_free.Count < MostKept && buffer.Capacity <= 2 * ChunkBytes)
            {
                _free.Push(buffer);
            }
        }
    }
}
