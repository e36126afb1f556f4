using System.Collections.Immutable;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Events count when the batch that brought them is in its files.</summary>
/// <inheritdoc cref="Delivery" path="/param"/>
internal sealed class BatchDelivery(DeliveryPlan plan, BucketEnvironment shared, Background background, FileFinisher finisher)
    : Delivery(plan, shared, background)
{
    /// <summary>Writes a batch.</summary>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        List<int>? failed = null;
        Exception? reason = null;
        Router.Begin();
        for (var next = 0; next < events.Length;)
        {
            try
            {
                next = Router.Assign(events, next, Wave, Evicted);
            }
            catch (PoisonEventException poison)
            {
                Wave.ForEach(static writer => writer.Clear());
                var first = next;
                next = events.Length;
                reason = poison;
                (failed ??= []).AddRange(Enumerable.Range(first, events.Length - first));
            }

            await WriteWaveAsync(events, abort);
            foreach (var writer in Wave)
            {
                if (writer.Failure is { } failure)
                {
                    reason ??= failure;
                    (failed ??= []).AddRange(writer.Pending.Span);
                }

                writer.Clear();
                Buckets.Release(writer);
            }

            Wave.Clear();
        }

        if (failed is not null)
        {
            throw Failure(failed, events.Length, reason!);
        }
    }

    protected override BucketWriter NewWriter(string key, string directory, string prefix) => new GrowingFileWriter(key, directory, prefix, Shared, finisher);

    protected override void FinishInBackground(BucketFile file) => finisher.FinishInBackground((GrowingFile)file);

    // Files that make room are finished first, so that never more are open than allowed; then all buckets are written side by side.
    private async Task WriteWaveAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (Evicted.Count > 0)
        {
            await Join.AllAsync(Evicted.Select(file => finisher.FinishAsync((GrowingFile)file, abort)));
            Evicted.Clear();
        }

        if (Wave.Count == 1)
        {
            await ((GrowingFileWriter)Wave[0]).WriteAsync(events, abort);
        }
        else
        {
            await Join.AllAsync(Wave.Select(writer => ((GrowingFileWriter)writer).WriteAsync(events, abort)));
        }
    }

    private static Exception Failure(List<int> failed, int count, Exception reason)
    {
        if (failed.Count == count)
        {
            return reason as DeliveryException ?? new DeliveryException(reason.Message, reason);
        }

        failed.Sort();
        return new PartialDeliveryException($"{failed.Count} of {count} events were not written: {reason.Message}", [.. failed], reason);
    }
}
