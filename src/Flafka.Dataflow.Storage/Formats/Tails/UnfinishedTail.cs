namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Keeps nothing.</summary>
internal sealed class UnfinishedTail() : FileTail("unfinished")
{
    public override ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort) => new(0L);
}
