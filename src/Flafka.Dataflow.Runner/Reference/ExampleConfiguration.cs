using System.Reflection;
using System.Text;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>An agent around one component, as an example: the component's own keys from its metadata, the rest as small as it can be.</summary>
internal static class ExampleConfiguration
{
    /// <summary>As Flume's properties.</summary>
    /// <param name="component">The component.</param>
    /// <param name="isFull">Every key with its default, instead of the required ones; those without a default as comments.</param>
    public static string Properties(ComponentDescriptor component, bool isFull)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Lines(component, isFull))
        {
            _ = value is null ? text.Append("# ").Append(key).Append(" = ...\n") : text.Append(key).Append(" = ").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The same in JSON.</summary>
    public static string Json(ComponentDescriptor component, bool isFull) =>
        JsonTreeWriter.Write(ConfigFormat.Properties.Parse(Properties(component, isFull), "example.conf", new DiagnosticBag()));

    private static List<(string Key, string? Value)> Lines(ComponentDescriptor component, bool isFull)
    {
        var isRouted = component.Kind == ComponentKind.ChannelSelector;
        var isGroup = component.Kind == ComponentKind.SinkProcessor;
        var sinks = isRouted || (isGroup && component.Alias != "default") ? 2 : 1;
        var channels = isRouted ? "c1 c2" : "c1";
        var owner = Owner(component);
        var source = component.Kind == ComponentKind.Source ? component : owner is { Kind: ComponentKind.Source } ? owner : Find(ComponentKind.Source, "seq");
        var sink = component.Kind == ComponentKind.Sink ? component : owner is { Kind: ComponentKind.Sink } ? owner : Find(ComponentKind.Sink, "logger");
        var channel = component.Kind == ComponentKind.Channel ? component : Find(ComponentKind.Channel, "memory");

        (string, string?)[] lists = [("a1.sources", "r1"), ("a1.channels", channels), ("a1.sinks", sinks == 2 ? "k1 k2" : "k1"), ("a1.sinkgroups", isGroup ? "g1" : null), ("a1.configfilters", component.Kind == ComponentKind.ConfigFilter ? "f1" : null)];
        var configuration = new List<(string Key, string? Value)>(lists.Where(list => list.Item2 is not null)) { ("a1.sources.r1.type", source.DisplayName) };
        configuration.AddRange(Options("a1.sources.r1.", source, isFull && source == component, component));
        configuration.Add(("a1.sources.r1.channels", channels));
        switch (component.Kind)
        {
            case ComponentKind.Interceptor:
                configuration.Add(("a1.sources.r1.interceptors", "i1"));
                configuration.Add(("a1.sources.r1.interceptors.i1.type", component.DisplayName));
                configuration.AddRange(Options("a1.sources.r1.interceptors.i1.", component, isFull, null));
                break;
            case ComponentKind.ChannelSelector:
                configuration.Add(("a1.sources.r1.selector.type", component.DisplayName));
                configuration.AddRange(Options("a1.sources.r1.selector.", component, isFull, null));
                break;
            case ComponentKind.ConfigFilter:
                configuration.Add(("a1.configfilters.f1.type", component.DisplayName));
                configuration.AddRange(Options("a1.configfilters.f1.", component, isFull, null));
                break;
        }

        foreach (var name in channels.Split(' '))
        {
            configuration.Add(($"a1.channels.{name}.type", channel.DisplayName));
            configuration.AddRange(Options($"a1.channels.{name}.", channel, isFull && channel == component, null));
            if (channel != component && Math.Max(Batch(source), Batch(sink)) is var batch && batch > ((ITransactionLimited)OptionDescriptors.New(channel.OptionsType)).TransactionCapacity)
            {
                configuration.Add(($"a1.channels.{name}.capacity", $"{batch * 10}"));
                configuration.Add(($"a1.channels.{name}.transactionCapacity", $"{batch}"));
            }
        }

        for (var i = 1; i <= sinks; i++)
        {
            configuration.Add(($"a1.sinks.k{i}.type", sink.DisplayName));
            configuration.AddRange(Options($"a1.sinks.k{i}.", sink, isFull && sink == component, component));
            configuration.Add(($"a1.sinks.k{i}.channel", isRouted ? $"c{i}" : "c1"));
        }

        if (isGroup)
        {
            configuration.Add(("a1.sinkgroups.g1.sinks", sinks == 2 ? "k1 k2" : "k1"));
            configuration.Add(("a1.sinkgroups.g1.processor.type", component.DisplayName));
            configuration.AddRange(Options("a1.sinkgroups.g1.processor.", component, isFull, null));
        }

        return configuration;

        // The keys of a component; where it chooses the one that the page is about, that one's as well.
        IEnumerable<(string Key, string? Value)> Options(string prefix, ComponentDescriptor of, bool isFullHere, ComponentDescriptor? chosen)
        {
            foreach (var option in of.Options.Where(option => option.Ignored is null))
            {
                if (option.Choice is { } kind)
                {
                    var isAbout = chosen is not null && chosen != of && kind == chosen.Kind;
                    var choice = isAbout ? chosen : Chosen(option, kind);
                    if (isAbout || isFullHere)
                    {
                        yield return (prefix + option.Key, choice!.DisplayName);
                    }

                    foreach (var line in choice is null ? [] : Options($"{prefix}{option.Key}.", choice, isAbout ? isFull : isFullHere, null))
                    {
                        yield return line;
                    }
                }
                else if (option.IsMap)
                {
                    if (option.Example?.Split(" = ") is [var name, var value])
                    {
                        yield return ($"{prefix}{option.Key}{name}", value);
                    }
                    else if (isFullHere)
                    {
                        yield return ($"{prefix}{option.Key}NAME", null);
                    }
                }
                else if (option.IsRequired || option.Example is not null || isFullHere)
                {
                    yield return (prefix + option.Key, Value(option));
                }
            }
        }
    }

    private static int Batch(ComponentDescriptor component) =>
        component.OptionsType != typeof(object) && OptionDescriptors.New(component.OptionsType) is IBatchSized sized ? sized.BatchSize : 0;

    private static string? Value(OptionDescriptor option)
    {
        var text = option.Example ?? OptionText.Of(option, option.Default);
        var isWritable = text.Length > 0 && text.Trim() == text && !text.Any(char.IsControl) && !option.IsSecret;
        return isWritable ? text : option.IsRequired ? "VALUE" : null;
    }

    private static ComponentDescriptor? Chosen(OptionDescriptor option, ComponentKind kind) =>
        KnownComponents.Registry.TryGet(kind, ((ComponentChoice)option.Default!).TypeName, out var found) ? found : null;

    private static ComponentDescriptor Find(ComponentKind kind, string alias) =>
        KnownComponents.Registry.TryGet(kind, alias, out var found) ? found : ComponentPages.Ordered.First(component => component.Kind == kind);

    // The first component with an option that chooses from the kind, and takes this one.
    private static ComponentDescriptor? Owner(ComponentDescriptor chosen)
    {
        var isWhole = chosen.Implementation.GetCustomAttribute<SerializerAttribute>()?.CountsWhenFinished == true;
        return ComponentPages.Ordered.FirstOrDefault(component =>
            component.Options.Any(option => option.Choice == chosen.Kind) && (!isWhole || component.OptionsType.IsAssignableTo(typeof(ICommitsFiles))));
    }
}
