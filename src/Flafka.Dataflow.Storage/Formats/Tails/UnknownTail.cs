namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Keeps all.</summary>
internal sealed class UnknownTail() : FileTail("k")
{
    public override ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort) => new(length);
}
