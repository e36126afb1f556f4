using System.Collections.Immutable;
using Flafka.Dataflow.Components.Interceptors;

namespace Flafka.Dataflow;

/// <summary>Second phase: finds the type of every component and reads its options.</summary>
internal sealed class Binder
{
    private readonly DiagnosticBag _diagnostics;
    private readonly OptionsBinder _options;

    public Binder(BindingContext context, DiagnosticBag diagnostics)
    {
        _diagnostics = diagnostics;
        _options = new OptionsBinder(context, diagnostics);
    }

    public BoundAgent Bind(AgentDefinition agent, bool isWired)
    {
        var bound = agent.Components.Select(Bind).OfType<BoundComponent>().ToArray();
        return new BoundAgent(
            agent, isWired, [.. Of(ComponentKind.Source).Select(WithOwn)], [.. Of(ComponentKind.Channel)],
            [.. Of(ComponentKind.Sink)], [.. Of(ComponentKind.SinkProcessor)]);

        IEnumerable<BoundComponent> Of(ComponentKind kind) => bound.Where(component => component.Definition.Id.Kind == kind);

        BoundSource WithOwn(BoundComponent source)
        {
            var name = source.Definition.Id.Name;
            ImmutableArray<BoundComponent> interceptors = [.. Of(ComponentKind.Interceptor).Where(interceptor => IsOwn(interceptor.Definition.Id))];
            return new BoundSource(
                source, interceptors, Of(ComponentKind.ChannelSelector).FirstOrDefault(selector => selector.Definition.Id.Name == name),
                agent.Components.Count(component => IsOwn(component.Id)) > interceptors.Length);

            bool IsOwn(ComponentId id) => id.Kind == ComponentKind.Interceptor && id.Name.StartsWith(name + ".", StringComparison.Ordinal);
        }
    }

    /// <summary>Binds one component.</summary>
    /// <returns><see langword="null"/> when there was an error.</returns>
    public BoundComponent? Bind(ComponentDefinition definition)
    {
        if (definition.TypeName.Length == 0)
        {
            // Reported by the reader.
            return null;
        }

        var isGroup = definition.Id.Kind == ComponentKind.SinkProcessor;
        var scope = isGroup ? GroupScope(definition) : Scope(definition);
        var typeNode = definition.Node.Find(isGroup ? "processor.type" : "type");
        var typeSpan = typeNode?.ValueSpan ?? definition.Node.Span;
        if (typeNode is { IsUnknown: true })
        {
            return null;
        }

        if (_options.Types.Resolve(definition.Id.Kind, definition.TypeName, $"{scope.Path}.type", typeSpan) is not { } descriptor
            || Options(descriptor, scope) is not { } bound)
        {
            return null;
        }

        return new BoundComponent(definition, descriptor, bound.Options, PlanFingerprint.Of(descriptor, bound.Normalized));
    }

    // The keys of what is left out are nobody's.
    private BindingResult? Options(ComponentDescriptor descriptor, OptionScope scope) =>
        descriptor.Implementation == typeof(LeftOutInterceptor) ? new BindingResult(new object(), []) : _options.Bind(descriptor, scope);

    private static OptionScope Scope(ComponentDefinition definition) => new(
        definition.Id.ToString(), definition.Node.Span,
        [.. definition.Node.Leaves().Where(leaf => !IsOfTheGraph(definition.Id.Kind, leaf.Path))]);

    // Flume: 'config' is read for unknown types only.
    private static bool IsOfTheGraph(ComponentKind kind, string key) => key is "type" || kind switch
    {
        ComponentKind.Source => key is "channels" or "channel" or "config" or "interceptors" or "selector"
            || key.StartsWith("interceptors.", StringComparison.Ordinal) || key.StartsWith("selector.", StringComparison.Ordinal),
        ComponentKind.Channel => key is "config",
        ComponentKind.Sink => key is "channel" or "channels" or "config",
        _ => false,
    };

    private OptionScope GroupScope(ComponentDefinition definition)
    {
        const string Processor = "processor.";
        var keys = new List<(string Key, ConfigNode Node)>();
        foreach (var (path, node) in definition.Node.Leaves())
        {
            if (path.StartsWith(Processor, StringComparison.Ordinal))
            {
                if (path != "processor.type")
                {
                    keys.Add((path[Processor.Length..], node));
                }
            }
            else if (path != "sinks")
            {
                var first = path.Split('.')[0];
                var meant = path is "type" or "processor" ? "processor.type" : NearestKey.Find(first, ["sinks", "processor"]);
                _diagnostics.Add(
                    meant is null ? Codes.UnknownKey : Codes.MisspeltKey, $"{definition.Id}.{path}", node.Span, $"a sink group has no key '{path}'",
                    meant is null ? "A sink group has sinks, processor.type and the keys of its processor." : $"Did you mean '{meant}'?");
            }
        }

        return new OptionScope($"{definition.Id}.processor", definition.Node.Span, keys);
    }
}
