using Flafka.Dataflow.Storage.Formats.Avro;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Keeps all up to the end of the last whole block.</summary>
internal sealed class AvroTail() : FileTail("a")
{
    public override ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort) =>
        AvroContainer.FindEndOfLastBlockAsync(file, length, abort);
}
