using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>First phase: which components an agent has, of which types, and how they name each other.</summary>
internal sealed class DefinitionReader(DiagnosticBag diagnostics)
{
    private const string DefaultSelector = "replicating";
    private const string DefaultProcessor = "default";

    private readonly ListReader _lists = new(diagnostics);
    private readonly ImmutableArray<ComponentDefinition>.Builder _components = ImmutableArray.CreateBuilder<ComponentDefinition>();
    private string _agent = string.Empty;
    private ImmutableArray<string> _channelNames = [];

    /// <summary>Reads an agent. Components that cannot be understood at all are left out; the mistakes are in the bag.</summary>
    public AgentDefinition Read(ConfigNode agent)
    {
        _agent = agent.Key;
        var sources = Family(agent, AgentFamilies.Sources, "source");
        var channels = Family(agent, AgentFamilies.Channels, "channel");
        var sinks = Family(agent, AgentFamilies.Sinks, "sink");
        var groups = Family(agent, AgentFamilies.SinkGroups, "sink group");
        var filters = Family(agent, AgentFamilies.ConfigFilters, "config filter");
        _channelNames = [.. channels.Select(channel => channel.Name)];
        if (channels.IsEmpty)
        {
            diagnostics.Add(
                Codes.MissingList, $"{_agent}.channels", agent.Span, "the agent has no channels",
                $"Add {_agent}.channels = c1 and {_agent}.channels.c1.type = memory.");
        }

        if (sources.IsEmpty && sinks.IsEmpty)
        {
            diagnostics.Add(
                Codes.MissingList, _agent, agent.Span, "the agent has neither sources nor sinks",
                $"Add {_agent}.sources = r1, or {_agent}.sinks = k1.");
        }

        foreach (var (name, node) in Configured(sources))
        {
            ReadSource(name, node);
        }

        foreach (var (name, node) in Configured(channels))
        {
            Add(ComponentKind.Channel, name, node, []);
        }

        foreach (var (name, node) in Configured(sinks))
        {
            Add(ComponentKind.Sink, name, node, ChannelOfSink(name, node));
        }

        foreach (var (name, node) in Configured(groups))
        {
            ReadGroup(name, node, [.. sinks.Select(sink => sink.Name)]);
        }

        foreach (var (name, node) in Configured(filters))
        {
            Add(ComponentKind.ConfigFilter, name, node, []);
        }

        return new AgentDefinition(_agent, _components.ToImmutable());
    }

    private ImmutableArray<(string Name, ConfigNode? Node)> Family(ConfigNode agent, string family, string word) =>
        _lists.Components(agent.Child(family), $"{_agent}.{family}", word);

    private static IEnumerable<(string Name, ConfigNode Node)> Configured(ImmutableArray<(string Name, ConfigNode? Node)> components) =>
        from component in components where component.Node is not null select (component.Name, component.Node);

    private void ReadSource(string name, ConfigNode node)
    {
        var channels = ChannelsOfSource(name, node);
        Add(ComponentKind.Source, name, node, channels);
        var interceptors = _lists.Components(node.Child("interceptors"), $"{_agent}.sources.{name}.interceptors", "interceptor");
        foreach (var (interceptor, keys) in Configured(interceptors))
        {
            Add(ComponentKind.Interceptor, $"{name}.{interceptor}", keys, []);
        }

        var selector = node.Child("selector") ?? new ConfigNode("selector", null, node.Span, []);
        if (selector.Value is not null)
        {
            diagnostics.Add(
                Codes.MisspeltKey, $"{_agent}.sources.{name}.selector", selector.Span, "a source has no key 'selector'",
                $"Write {_agent}.sources.{name}.selector.type = {selector.Value}.");
        }

        _components.Add(new ComponentDefinition(
            new ComponentId(_agent, ComponentKind.ChannelSelector, name), TypeOf(selector) ?? DefaultSelector, selector, channels));
    }

    private void ReadGroup(string name, ConfigNode node, ImmutableArray<string> sinkNames)
    {
        var path = $"{_agent}.sinkgroups.{name}.sinks";
        var list = node.Child("sinks");
        ImmutableArray<string> sinks = list is { Value: not null } ? _lists.Names(list, path) : [];
        if (sinks.IsEmpty && list is not { IsUnknown: true })
        {
            // Flume: without this key the whole load ends in a null pointer.
            diagnostics.Add(Codes.GroupWithoutSinks, path, node.Span, "the sink group has no sinks", $"Add {path} = k1 k2.");
        }

        foreach (var sink in sinks.Where(sink => !sinkNames.Contains(sink)))
        {
            diagnostics.Add(
                Codes.UndeclaredSink, path, list!.ValueSpan,
                $"the sink '{sink}' is not defined",
                NearestKey.Hint(sink, sinkNames, "Sinks of this agent"));
        }

        // What the binder reports as misspelt is taken as it was meant.
        var type = (node.Child("processor") is { } processor ? TypeOf(processor) ?? processor.Value?.Trim() : null) ?? TypeOf(node);
        _components.Add(new ComponentDefinition(
            new ComponentId(_agent, ComponentKind.SinkProcessor, name), type ?? DefaultProcessor, node, [.. sinks.Where(sink => sinkNames.Contains(sink))]));
    }

    private void Add(ComponentKind kind, string name, ConfigNode node, ImmutableArray<string> channels)
    {
        var id = new ComponentId(_agent, kind, name);
        var type = TypeOf(node);
        if (type is null)
        {
            var misspelt = NearestKey.Find("type", node.Children.Where(child => child.Value is not null).Select(child => child.Key));
            diagnostics.Add(
                Codes.MissingType, $"{id}.type", misspelt is null ? node.Span : node.Child(misspelt)!.Span,
                $"the {TypeResolver.Words(kind)} has no type",
                misspelt is null ? $"Add {id}.type = ..." : $"Did you mean 'type' where '{misspelt}' stands?");
        }

        _components.Add(new ComponentDefinition(id, type ?? string.Empty, node, channels));
    }

    private ImmutableArray<string> ChannelsOfSource(string name, ConfigNode node)
    {
        var path = $"{_agent}.sources.{name}.channels";
        if (WithWrongKey(node, "channels", "channel", $"{_agent}.sources.{name}", "a source") is not { } list)
        {
            diagnostics.Add(
                Codes.SourceWithoutChannels, path, node.Span, "the source has no channels",
                $"Add {path} = {string.Join(' ', _channelNames.DefaultIfEmpty("c1"))}.");
            return [];
        }

        return Declared(_lists.Names(list, path), list, path);
    }

    private ImmutableArray<string> ChannelOfSink(string name, ConfigNode node)
    {
        var path = $"{_agent}.sinks.{name}.channel";
        if (WithWrongKey(node, "channel", "channels", $"{_agent}.sinks.{name}", "a sink") is not { } list)
        {
            diagnostics.Add(
                Codes.SinkWithoutChannel, path, node.Span,
                "the sink has no channel",
                $"Add {path} = {_channelNames.FirstOrDefault("c1")}.");
            return [];
        }

        var names = _lists.Names(list, path, hasCommas: true);
        if (names.Length > 1)
        {
            diagnostics.Add(
                Codes.SinkWithChannels, path, list.ValueSpan, $"a sink reads one channel, not {string.Join(", ", names)}",
                "Name one channel, and add a sink of the same type for each of the others.");
        }

        return Declared(names, list, path);
    }

    // 'channel' where 'channels' belongs, or the reverse, is taken as it was meant unless the right key is there too.
    private ConfigNode? WithWrongKey(ConfigNode node, string right, string wrong, string path, string owner)
    {
        var list = node.Child(right) is { Value: not null } given ? given : null;
        if (node.Child(wrong) is not { Value: not null } mistaken)
        {
            return list;
        }

        diagnostics.Add(
            Codes.ChannelOrChannels, $"{path}.{wrong}", mistaken.Span, $"{owner} has '{right}', not '{wrong}'",
            list is null ? $"Write {path}.{right} = {mistaken.Value}." : $"Remove the line; {path}.{right} is given too.");
        return list ?? mistaken;
    }

    private static string? TypeOf(ConfigNode node) => node.Child("type")?.Value?.Trim() is { Length: > 0 } type ? type : null;

    private ImmutableArray<string> Declared(ImmutableArray<string> names, ConfigNode list, string path)
    {
        // An agent without any channel has its error already.
        foreach (var name in names.Where(name => !_channelNames.IsEmpty && !_channelNames.Contains(name)))
        {
            diagnostics.Add(
                Codes.UndeclaredChannel, path, list.ValueSpan, $"the channel '{name}' is not defined",
                NearestKey.Hint(name, _channelNames, "Channels of this agent"));
        }

        return [.. names.Where(_channelNames.Contains)];
    }
}
