namespace Flafka.Dataflow.Components.Channels;

/// <summary>The batches with uncommitted events, oldest first. Linked through the batches themselves; guarded by the channel's lock.</summary>
internal sealed class OpenBatches
{
    private StoredBatch? _last;

    public StoredBatch? Oldest { get; private set; }

    public void Add(StoredBatch batch)
    {
        batch.Older = _last;
        _ = _last is null ? Oldest = batch : _last.Younger = batch;
        _last = batch;
    }

    public void Remove(StoredBatch batch)
    {
        _ = batch.Older is null ? Oldest = batch.Younger : batch.Older.Younger = batch.Younger;
        _ = batch.Younger is null ? _last = batch.Older : batch.Younger.Older = batch.Older;
        batch.Older = batch.Younger = null;
    }

    /// <summary>Takes the shares that are still open from all batches, oldest first.</summary>
    public List<Receipt> TakeShares()
    {
        List<Receipt> shares = [];
        for (var batch = Oldest; batch is not null; batch = batch.Younger)
        {
            if (batch.Receipt is { } share)
            {
                batch.Receipt = null;
                shares.Add(share);
            }
        }

        return shares;
    }
}
