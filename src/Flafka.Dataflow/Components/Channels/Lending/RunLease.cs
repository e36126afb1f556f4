using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>A view over runs of stored batches.</summary>
internal sealed class RunLease<TBatch>(IRunOwner<TBatch> owner, EventRun<TBatch> first, List<EventRun<TBatch>>? more, int count) : Lease(Gather(first, more, count))
    where TBatch : class, IStoredEvents
{
    protected override void OnCommitted(int start, int count)
    {
        for (var index = -1; count > 0; index++)
        {
            if (Next(index, ref start, ref count) is { Count: > 0 } run)
            {
                owner.OnCommitted(run);
            }
        }
    }

    protected override void OnRolledBack(int start, int count, Exception reason)
    {
        for (var index = -1; count > 0; index++)
        {
            if (Next(index, ref start, ref count) is { Count: > 0 } run)
            {
                owner.OnRolledBack(run);
            }
        }
    }

    protected override void OnReleased()
    {
        first = owner.Release(first);
        for (var i = 0; i < more?.Count; i++)
        {
            more[i] = owner.Release(more[i]);
        }
    }

    protected override void AfterRollback() => owner.PumpAll();

    // What the run at an index has of a range; the range shrinks to what is behind it.
    private EventRun<TBatch> Next(int index, ref int start, ref int count)
    {
        var run = index < 0 ? first : more![index];
        var here = Math.Clamp(run.Count - start, 0, count);
        var part = run.Part(start, here);
        start = Math.Max(0, start - run.Count);
        count -= here;
        return part;
    }

    private static ImmutableArray<FlumeEvent> Gather(EventRun<TBatch> first, List<EventRun<TBatch>>? more, int count)
    {
        if (more is null && first.IsWhole)
        {
            return first.Batch.Events;
        }

        var events = new FlumeEvent[count];
        first.Events.CopyTo(events);
        var filled = first.Count;
        foreach (var run in more ?? [])
        {
            run.Events.CopyTo(events.AsSpan(filled));
            filled += run.Count;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(events);
    }
}
