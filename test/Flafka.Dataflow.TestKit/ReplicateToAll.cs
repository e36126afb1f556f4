using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>Every event to every channel; the ones with these numbers are optional.</summary>
public sealed class ReplicateToAll(params int[] optional) : IChannelSelector
{
    public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
    {
        for (var channel = 0; channel < routes.Channels.Length; channel++)
        {
            if (optional.Contains(channel))
            {
                routes.Optional(channel, events);
            }
            else
            {
                routes.Required(channel, events);
            }
        }
    }
}
