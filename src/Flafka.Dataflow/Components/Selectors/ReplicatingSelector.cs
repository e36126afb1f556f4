using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Selectors;

/// <summary>Gives every event to every channel of the source. The usual selector.</summary>
[ChannelSelector("replicating", JavaClass = "org.apache.flume.channel.ReplicatingChannelSelector")]
public sealed class ReplicatingSelector(ReplicatingSelectorOptions options) : IChannelSelector
{
    private ImmutableArray<string> _channels;
    private bool[] _isOptional = [];

    /// <inheritdoc/>
    public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.Channels != _channels)
        {
            var optional = SelectorNames.Places(options.Optional, routes.Channels);
            _isOptional = [.. Enumerable.Range(0, routes.Channels.Length).Select(channel => optional.Contains(channel))];
            _channels = routes.Channels;
        }

        for (var channel = 0; channel < _isOptional.Length; channel++)
        {
            if (_isOptional[channel])
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
