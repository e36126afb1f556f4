using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Decides which channels get which events. Pure: no I/O, no waiting. Called for one batch at a time.</summary>
public interface IChannelSelector
{
    /// <summary>Writes a route for every event that is to go anywhere. An event without a route is dropped as dealt with.</summary>
    /// <param name="events">The events of one batch; never empty.</param>
    /// <param name="routes">Emptied before the call; valid during the call only.</param>
    void Route(ImmutableArray<FlumeEvent> events, RouteTable routes);
}
