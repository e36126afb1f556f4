namespace Flafka.Dataflow;

/// <summary>A selector names channels of its source, and all of them.</summary>
internal sealed class SelectorRule : IRule
{
    private const string MappedDefault = "mapping.default";

    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var source in agent.Sources)
        {
            if (source.Selector is not { Options: IRoutes routes } selector || source.Source.Definition.Channels.IsEmpty)
            {
                continue;
            }

            var definition = selector.Definition;
            var known = source.Source.Definition.Channels;
            if (selector.Given("Default") is null && definition.Node.Find(MappedDefault) is { Value: not null } mapped)
            {
                // Flume: events without a mapping are dropped, and only those whose header says 'default' get here.
                diagnostics.Add(
                    Codes.MappingNamedDefault, $"{definition.Id}.{MappedDefault}", mapped.Span,
                    "maps the header value 'default'; events whose value has no mapping are not meant by it and would be dropped",
                    $"Write {definition.Id}.default = {mapped.Value}, or that line as well if there is such a value.");
                continue;
            }

            foreach (var (key, channel) in routes.RequiredChannels.Concat(routes.OptionalChannels).Where(route => !known.Contains(route.Channel)))
            {
                if (channel.Contains(',', StringComparison.Ordinal))
                {
                    diagnostics.Add(
                        Codes.CommaInList, $"{definition.Id}.{key}", definition.Node.Find(key)?.ValueSpan ?? definition.Node.Span,
                        $"'{channel}' has a comma; names are separated by blanks",
                        $"Write '{string.Join(' ', channel.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}'.");
                    continue;
                }

                diagnostics.Add(
                    Codes.SelectorChannel, $"{definition.Id}.{key}", definition.Node.Find(key)?.ValueSpan ?? definition.Node.Span,
                    $"the channel '{channel}' is none of the source's channels", NearestKey.Hint(channel, known, "Channels of the source"));
            }

            var required = routes.RequiredChannels.Select(route => route.Channel).ToHashSet(StringComparer.Ordinal);
            if (required.Count == 0 || !required.All(known.Contains))
            {
                continue;
            }

            required.UnionWith(routes.OptionalChannels.Select(route => route.Channel));
            foreach (var channel in known.Where(channel => !required.Contains(channel)))
            {
                diagnostics.Add(
                    Codes.UnroutedChannel, definition.Id.ToString(), definition.Node.Span,
                    $"the selector never chooses the channel '{channel}'",
                    $"Name '{channel}' in the selector, or take it out of {source.Source.Definition.Id}.channels.");
            }
        }
    }
}
