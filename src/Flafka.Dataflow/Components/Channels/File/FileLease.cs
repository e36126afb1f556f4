using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>A view over runs of batches.</summary>
internal sealed class FileLease(FileQueue queue, List<FileRun> runs, int count) : Lease(Gather(runs, count))
{
    protected override void OnCommitted(int start, int count) => ForEach(start, count, queue.Settle.Commit);

    protected override void OnRolledBack(int start, int count, Exception reason) => ForEach(start, count, queue.Settle.RollBack);

    protected override void AfterRollback() => queue.Pump();

    private void ForEach(int start, int count, Action<FileRun> act)
    {
        foreach (var run in runs)
        {
            if (start >= run.Count)
            {
                start -= run.Count;
                continue;
            }

            var here = Math.Min(count, run.Count - start);
            act(new FileRun(run.Batch, run.Start + start, here));
            count -= here;
            start = 0;
            if (count == 0)
            {
                return;
            }
        }
    }

    private static ImmutableArray<FlumeEvent> Gather(List<FileRun> runs, int count)
    {
        if (runs is [{ IsWhole: true } only])
        {
            return only.Batch.Events;
        }

        var events = new FlumeEvent[count];
        var filled = 0;
        foreach (var run in runs)
        {
            run.Batch.Events.AsSpan().Slice(run.Start, run.Count).CopyTo(events.AsSpan(filled));
            filled += run.Count;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(events);
    }
}
