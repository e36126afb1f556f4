using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Components.Selectors;

/// <summary>Runs a selector over events and tells who got what: <c>required: 1 2; (optional): 1</c>.</summary>
internal static class Routing
{
    public static string Of(IChannelSelector selector, ImmutableArray<string> channels, params ImmutableArray<FlumeEvent> events)
    {
        var routes = new RouteTable(channels);
        selector.Route(events, routes);
        var groups = new List<string>();
        for (var i = 0; i < channels.Length; i++)
        {
            Add(groups, channels[i], routes.TakeRequired(i));
            Add(groups, $"({channels[i]})", routes.TakeOptional(i));
        }

        return string.Join("; ", groups);
    }

    private static void Add(List<string> groups, string channel, ImmutableArray<FlumeEvent> events)
    {
        if (!events.IsEmpty)
        {
            groups.Add($"{channel}: {string.Join(' ', events)}");
        }
    }
}
