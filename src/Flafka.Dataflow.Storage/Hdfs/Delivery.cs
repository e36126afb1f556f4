using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>A started sink: sorts events into buckets and has them written. Its sorts differ in when events count as delivered.</summary>
internal abstract class Delivery : IAsyncDisposable
{
    /// <param name="plan">What the user's keys say.</param>
    /// <param name="shared">What the buckets share.</param>
    /// <param name="background">What goes on beside the batches.</param>
    protected Delivery(DeliveryPlan plan, BucketEnvironment shared, Background background)
    {
        (Shared, Background) = (shared, background);
        Buckets = new BucketSet(shared, plan.MaxOpenFiles, FinishInBackground);
        Router = new BucketRouter(shared, Buckets, NewWriter, plan.Path, plan.Prefix, plan.Clock, plan.UseLocalTime);
    }

    protected BucketEnvironment Shared { get; }

    protected Background Background { get; }

    protected BucketSet Buckets { get; }

    protected BucketRouter Router { get; }

    /// <summary>The buckets of the events at hand.</summary>
    protected List<BucketWriter> Wave { get; } = [];

    /// <summary>Files that have to make room for them.</summary>
    protected List<BucketFile> Evicted { get; } = [];

    /// <summary>Finishes what is open and ends what goes on beside.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        foreach (var file in Buckets.Close())
        {
            FinishInBackground(file);
        }

        try
        {
            await Background.StopAsync(abort);
        }
        finally
        {
            await Shared.Ledger.CloseAsync(abort);
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Background.Dispose();
        await Shared.Files.DisposeAsync();
    }

    protected abstract BucketWriter NewWriter(string key, string directory, string prefix);

    /// <summary>Finishes a file while the sink goes on.</summary>
    protected abstract void FinishInBackground(BucketFile file);
}

/// <summary>The user's keys about folders and names.</summary>
internal sealed record DeliveryPlan(PathTemplate Path, PathTemplate Prefix, PathClock Clock, bool UseLocalTime, int MaxOpenFiles);
