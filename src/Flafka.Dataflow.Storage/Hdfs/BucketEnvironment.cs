using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What the buckets of a running sink share.</summary>
internal sealed record BucketEnvironment(
    AgentRuntime Runtime,
    IFileSystem Files,
    Ledger Ledger,
    FileNames Names,
    FileFinisher Finisher,
    RollPolicy Roll,
    WriteBufferPool Buffers,
    FileFormat Format,
    bool IsDurable)
{
    public long NowMilliseconds => Runtime.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
