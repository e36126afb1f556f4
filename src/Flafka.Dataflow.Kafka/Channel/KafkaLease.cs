using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Kafka;

/// <summary>A view over runs of the lanes.</summary>
internal sealed class KafkaLease(PartitionLanes lanes, List<LaneRun> runs, int count) : Lease(Gather(runs, count))
{
    protected override void OnCommitted(int start, int count) => ForEach(start, count, lanes.OnCommitted);

    protected override void OnRolledBack(int start, int count, Exception reason) => ForEach(start, count, lanes.OnRolledBack);

    protected override void AfterRollback() => lanes.Changed();

    private void ForEach(int start, int count, Action<LaneRun> act)
    {
        foreach (var run in runs)
        {
            if (start >= run.Count)
            {
                start -= run.Count;
                continue;
            }

            var here = Math.Min(count, run.Count - start);
            act(run with { Start = run.Start + start, Count = here });
            count -= here;
            start = 0;
            if (count == 0)
            {
                return;
            }
        }
    }

    private static ImmutableArray<FlumeEvent> Gather(List<LaneRun> runs, int count)
    {
        if (runs is [var only] && only.Count == only.Batch.Events.Length)
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
