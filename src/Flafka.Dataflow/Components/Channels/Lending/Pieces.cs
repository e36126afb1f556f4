namespace Flafka.Dataflow.Components.Channels;

/// <summary>A put that is larger than its channel takes at a time.</summary>
internal static class Pieces
{
    /// <summary>Puts a batch in order, in pieces that fit. One share for each piece, so the caller's share tells whether the whole batch found its place.</summary>
    public static async ValueTask<bool> PutAsync(EventBatch batch, long maxEvents, long maxBytes, Func<EventBatch, ValueTask<bool>> put)
    {
        for (int start = 0, count; start < batch.Count; start += count)
        {
            count = 1;
            long bytes = batch.Events[start].Body.Length;
            while (start + count < batch.Count && count < maxEvents && bytes + batch.Events[start + count].Body.Length <= maxBytes)
            {
                bytes += batch.Events[start + count++].Body.Length;
            }

            var piece = new EventBatch(batch.Events.Slice(start, count), batch.Receipt.Fork()) { SettleWhenStored = batch.SettleWhenStored };
            var isTaken = false;
            try
            {
                isTaken = await put(piece);
            }
            finally
            {
                if (!isTaken)
                {
                    piece.Receipt.Settle(Settlement.Rejected(new ChannelFullException("There was no room for all of a large batch.")));
                }
            }

            if (!isTaken)
            {
                return false;
            }
        }

        batch.Receipt.Settle(Settlement.Delivered);
        return true;
    }
}
