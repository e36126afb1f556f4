using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>A lease without a channel; tells which of its events were committed and which came back.</summary>
public sealed class LentEvents(ImmutableArray<FlumeEvent> events) : Lease(events)
{
    private readonly ImmutableArray<FlumeEvent> _events = events; // the sink may release them
    private readonly SortedSet<int> _committed = [];
    private readonly SortedSet<int> _returned = [];

    /// <summary>Committed events, in their order.</summary>
    public ImmutableArray<FlumeEvent> Committed => [.. _committed.Select(place => _events[place])];

    /// <summary>Events that came back, in their order.</summary>
    public ImmutableArray<FlumeEvent> Returned => [.. _returned.Select(place => _events[place])];

    protected override void OnCommitted(int start, int count) => _committed.UnionWith(Enumerable.Range(start, count));

    protected override void OnRolledBack(int start, int count, Exception reason) => _returned.UnionWith(Enumerable.Range(start, count));
}
