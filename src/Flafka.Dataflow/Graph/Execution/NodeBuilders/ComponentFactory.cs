using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Makes the objects of bound components. What a constructor throws becomes a finding that names the component.</summary>
internal sealed class ComponentFactory(GraphPlan plan, AgentRuntime runtime, ILoggerFactory loggers, IServiceProvider services, DiagnosticBag diagnostics)
{
    /// <summary>Makes one instance.</summary>
    /// <returns><see langword="null"/>, and a finding, when it cannot be built.</returns>
    public T? Create<T>(BoundComponent component)
        where T : class
    {
        object made;
        try
        {
            made = New(component);
        }
#pragma warning disable CA1031 // a constructor may throw anything; the finding says which one and what
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Report(component, $"cannot be built: {failure.Message.TrimEnd('.')}", null);
            return null;
        }

        if (made is T right)
        {
            return right;
        }

        Report(component, $"cannot be built: {component.Descriptor.Implementation} is no {typeof(T).Name}", $"The class has to implement {typeof(T).Name}.");
        return null;
    }

    /// <summary>The first instance, already made, then a fresh one for every call: a sink that hangs is replaced.</summary>
    public Func<IComponent> Recreate(BoundComponent component, IComponent first)
    {
        IComponent? prepared = first;
        return () => Interlocked.Exchange(ref prepared, null) ?? (IComponent)New(component);
    }

    private object New(BoundComponent component) =>
        component.Descriptor.Create(new ComponentContext(component.Definition.Id, loggers, runtime, services)
        {
            Upstream = Upstream(component),
            Channel = Channel(component),
        }, component.Options);

    private ChannelTraits? Channel(BoundComponent component) => component.Definition.Id.Kind != ComponentKind.Sink ? null
        : plan.Nodes.OfType<ChannelNode>().FirstOrDefault(node => component.Definition.Channels.Contains(node.Channel.Definition.Id.Name))?.Channel.Traits();

    private ImmutableArray<object> Upstream(BoundComponent component) => component.Definition.Id.Kind != ComponentKind.Sink ? [] :
    [
        .. from ingress in plan.Nodes.OfType<IngressNode>()
           where ingress.Source.Definition.Channels.Intersect(component.Definition.Channels).Any()
           select ingress.Source.Options,
    ];

    private void Report(BoundComponent component, string message, string? hint) =>
        diagnostics.Add(Codes.BuildFailed, component.Definition.Id.ToString(), component.Definition.Node.Span, message, hint);
}
