using System.Collections.Immutable;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Events count when the batch that brought them is in its files.</summary>
/// <inheritdoc cref="Delivery" path="/param"/>
internal sealed class BatchDelivery(DeliveryPlan plan, BucketEnvironment shared, Background background, FileFinisher finisher)
    : Delivery(plan, shared, background)
{
    private readonly List<GrowingFileWriter> _staged = [];
    private readonly List<StorageWrite> _writes = [];
    private readonly List<Task> _others = [];

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
            await WriteTogetherAsync(events, abort);
        }
    }

    // Most buckets need one write into an open file: together they cost one change of threads.
    private async Task WriteTogetherAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        foreach (var writer in Wave.Cast<GrowingFileWriter>())
        {
            if (Shared.IsDurable)
            {
                _others.Add(writer.WriteAsync(events, abort)); // whose syncs run side by side
            }
            else if (writer.Stage(events) is { } write)
            {
                _staged.Add(writer);
                _writes.Add(write);
            }
            else if (writer.Failure is null)
            {
                _others.Add(writer.WriteAsync(events, abort));
            }
        }

        if (_writes.Count > 0)
        {
            try
            {
                await Shared.Files.WriteAsync(_writes, abort);
            }
#pragma warning disable CA1031 // the events go back
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _writes.ForEach(write => write.Failure ??= failure);
            }

            for (var i = 0; i < _writes.Count; i++)
            {
                _staged[i].EndStage(_writes[i]);
            }

            _writes.Clear();
            _staged.Clear();
        }

        if (_others.Count > 0)
        {
            await Join.AllAsync(_others);
            _others.Clear();
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
