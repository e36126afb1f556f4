namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Events count when their file has its final name.</summary>
/// <inheritdoc cref="Delivery" path="/param"/>
internal sealed class FileDelivery(DeliveryPlan plan, BucketEnvironment shared, Background background, HeldFileFinisher finisher)
    : HoldingDelivery(plan, shared, background)
{
    public override async Task AcceptAsync(Lease lease, CancellationToken abort)
    {
        var events = lease.Events;
        Router.Begin();
        for (var next = 0; next < events.Length;)
        {
            next = Assign(lease, next);
            foreach (var file in Evicted)
            {
                await finisher.FinishInTurnAsync((HeldFile)file, abort);
            }

            Evicted.Clear();
            await Join.AllAsync(Wave.Select(writer => ((HeldFileWriter)writer).WriteAsync(lease, events, abort)));
            foreach (var writer in Wave)
            {
                if (writer.Failure is { } failure && !writer.Pending.IsEmpty)
                {
                    lease.Rollback(writer.Pending.Span, failure);
                }

                writer.Clear();
                Buckets.Release(writer);
            }

            Wave.Clear();
        }

        lease.ReleaseEvents();
    }

    /// <summary>Begins to finish every file, as there is no other way; new events go into new ones meanwhile.</summary>
    public override async Task FlushAsync(CancellationToken abort)
    {
        foreach (var file in Buckets.TakeAll())
        {
            await finisher.FinishInTurnAsync((HeldFile)file, abort);
        }
    }

    protected override BucketWriter NewWriter(string key, string directory, string prefix) => new HeldFileWriter(key, directory, prefix, Shared, finisher);

    protected override void FinishInBackground(BucketFile file) => finisher.FinishInBackground(file);
}
