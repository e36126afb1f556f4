using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>A view over runs of stored batches.</summary>
internal sealed class MemoryLease(MemoryChannel channel, StoredRun first, List<StoredRun>? more, int count) : Lease(Gather(first, more, count))
{
    protected override void OnCommitted(int start, int count) => ForEach(start, count, channel.Settle.Commit);

    protected override void OnRolledBack(int start, int count, Exception reason) => ForEach(start, count, channel.Settle.RollBack);

    protected override void AfterRollback() => channel.PumpAll();

    private void ForEach(int start, int count, Action<StoredRun> act)
    {
        var index = -1;
        for (var run = first; ; run = more![index])
        {
            if (start < run.Count)
            {
                var here = Math.Min(count, run.Count - start);
                act(new StoredRun(run.Batch, run.Start + start, here));
                count -= here;
                start = 0;
            }
            else
            {
                start -= run.Count;
            }

            if (count == 0)
            {
                return;
            }

            index++;
        }
    }

    private static ImmutableArray<FlumeEvent> Gather(StoredRun first, List<StoredRun>? more, int count)
    {
        if (more is null && first.IsWhole)
        {
            return first.Batch.Events;
        }

        var events = new FlumeEvent[count];
        first.Batch.Events.AsSpan().Slice(first.Start, first.Count).CopyTo(events);
        var filled = first.Count;
        foreach (var run in more ?? [])
        {
            run.Batch.Events.AsSpan().Slice(run.Start, run.Count).CopyTo(events.AsSpan(filled));
            filled += run.Count;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(events);
    }
}
