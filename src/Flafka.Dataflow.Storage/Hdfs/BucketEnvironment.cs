using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What the buckets of a running sink share.</summary>
internal sealed record BucketEnvironment(
    AgentRuntime Runtime,
    IFileSystem Files,
    Ledger Ledger,
    FileNames Names,
    RollPolicy Roll,
    WriteBufferPool Buffers,
    FileFormat Format,
    bool IsDurable)
{
    // Where a write costs much whatever its size, there is one for all that has gathered.
    private const int GatheredBytes = 16 * 1024 * 1024;

    public long NowMilliseconds => Runtime.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A writer with so many bytes in hand writes them, even in the middle of a batch.</summary>
    public int ChunkBytes => Files.CutsAtOnce ? WriteBufferPool.ChunkBytes : GatheredBytes;
}
