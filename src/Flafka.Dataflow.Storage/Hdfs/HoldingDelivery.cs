namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Events count later than they are accepted.</summary>
/// <inheritdoc cref="Delivery" path="/param"/>
internal abstract class HoldingDelivery(DeliveryPlan plan, BucketEnvironment shared, Background background) : Delivery(plan, shared, background)
{
    /// <summary>Takes the events of a lease on and settles them some time. What can have no bucket goes back at once.</summary>
    public abstract Task AcceptAsync(Lease lease, CancellationToken abort);

    /// <summary>Sees to it that all that is held is settled soon.</summary>
    public abstract Task FlushAsync(CancellationToken abort);

    /// <summary>Gives events to their buckets.</summary>
    /// <returns>The first event not given; the end of the lease where one is poison, as all from <paramref name="next"/> on goes back then.</returns>
    protected int Assign(Lease lease, int next)
    {
        try
        {
            return Router.Assign(lease.Events, next, Wave, Evicted);
        }
        catch (PoisonEventException poison)
        {
            Wave.ForEach(static writer => writer.Clear());
            int[] places = [.. Enumerable.Range(next, lease.Count - next)];
            lease.Rollback(places, poison);
            return lease.Count;
        }
    }
}
