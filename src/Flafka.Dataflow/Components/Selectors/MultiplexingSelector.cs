using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Selectors;

/// <summary>Chooses the channels of an event by the value of a header.</summary>
[ChannelSelector("multiplexing", JavaClass = "org.apache.flume.channel.MultiplexingChannelSelector")]
public sealed partial class MultiplexingSelector(MultiplexingSelectorOptions options, ILogger<MultiplexingSelector> logger) : IChannelSelector
{
    private readonly ILogger _logger = logger;
    private readonly Dictionary<string, Target> _byValue = new(StringComparer.Ordinal);
    private ImmutableArray<string> _channels;
    private Target _default = new([], []);
    private EventHeaders? _last;
    private Target? _lastTarget;
    private bool _hasWarned;

    /// <inheritdoc/>
    public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.Channels != _channels)
        {
            Prepare(routes.Channels);
        }

        var first = Find(events[0].Headers);
        var alike = 1;
        while (alike < events.Length && ReferenceEquals(Find(events[alike].Headers), first))
        {
            alike++;
        }

        if (alike == events.Length)
        {
            RouteAll(events, first, routes);
            return;
        }

        foreach (var flumeEvent in events)
        {
            RouteOne(flumeEvent, Find(flumeEvent.Headers), routes);
        }
    }

    private static void RouteAll(ImmutableArray<FlumeEvent> events, Target target, RouteTable routes)
    {
        foreach (var channel in target.Required)
        {
            routes.Required(channel, events);
        }

        foreach (var channel in target.Optional)
        {
            routes.Optional(channel, events);
        }
    }

    private static void RouteOne(FlumeEvent flumeEvent, Target target, RouteTable routes)
    {
        foreach (var channel in target.Required)
        {
            routes.Required(channel, flumeEvent);
        }

        foreach (var channel in target.Optional)
        {
            routes.Optional(channel, flumeEvent);
        }
    }

    private Target Find(EventHeaders headers)
    {
        if (ReferenceEquals(headers, _last))
        {
            return _lastTarget!;
        }

        if (!headers.TryGet(options.Header, out var value) || !_byValue.TryGetValue(value, out var target))
        {
            target = _default;
        }

        if (!_hasWarned && target.Required.Length + target.Optional.Length == 0)
        {
            _hasWarned = true;
            NothingMapped(options.Header, value ?? "(missing)");
        }

        (_last, _lastTarget) = (headers, target);
        return target;
    }

    private void Prepare(ImmutableArray<string> channels)
    {
        _byValue.Clear();
        _last = null;
        _default = new Target(SelectorNames.Places(options.Default, channels), []);
        foreach (var value in options.Mapping.Keys.Union(options.Optional.Keys, StringComparer.Ordinal))
        {
            // A blank value counts as no value for the mapping, but not for the optional channels.
            var required = !string.IsNullOrWhiteSpace(value) && options.Mapping.TryGetValue(value, out var list)
                ? SelectorNames.Places(SelectorNames.Split(list), channels)
                : _default.Required;
            var optional = options.Optional.TryGetValue(value, out var more) ? SelectorNames.Places(SelectorNames.Split(more), channels) : [];
            _byValue[value] = new Target(required, [.. optional.Except(required)]);
        }

        _channels = channels;
    }

    [LoggerMessage(
        EventIds.NothingMapped, LogLevel.Warning,
        "Events whose header {Header} is {Value} go to no channel and are dropped, as is every value without a mapping: the selector has no default. This is said once.")]
    private partial void NothingMapped(string header, string value);

    private sealed record Target(int[] Required, int[] Optional);
}
