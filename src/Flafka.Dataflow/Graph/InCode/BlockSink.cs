using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow;

/// <summary>A user's block as a sink: a lease goes out as a batch and is settled as the block settles the receipt.</summary>
internal sealed class BlockSink(ITargetBlock<EventBatch> block, int maxHeldEvents, AgentRuntime runtime) : IHoldingSink
{
    private readonly AsyncSignal _settled = new();
    private int _open;

    public int MaxHeldEvents => maxHeldEvents;

    public async ValueTask AcceptAsync(Lease lease, CancellationToken abort)
    {
        Interlocked.Increment(ref _open);
        var batch = new EventBatch(lease.Events, Receipt.Create(settlement => OnSettled(lease, settlement)));
        Exception problem = new DeliveryException("The block takes no more batches: it has completed or failed.");
        try
        {
#pragma warning disable RS0030 // a block of the user's own, on a scheduler of its own
            if (await block.SendAsync(batch, abort))
#pragma warning restore RS0030
            {
                return;
            }
        }
        catch (OperationCanceledException cancelled)
        {
            problem = cancelled;
        }

        batch.Receipt.Settle(Settlement.Rejected(problem));
    }

    public async Task FlushAsync(CancellationToken abort)
    {
        while (Volatile.Read(ref _open) > 0)
        {
            await _settled.WaitAsync(abort);
        }
    }

    // On any thread; leases are settled on the graph's scheduler.
    private void OnSettled(Lease lease, Settlement settlement) => _ = runtime.Start(() =>
    {
        if (settlement.IsDelivered)
        {
            lease.Commit();
        }
        else
        {
            lease.Rollback(settlement.Reason!);
        }

        Interlocked.Decrement(ref _open);
        _settled.Set();
        return Task.CompletedTask;
    });
}
