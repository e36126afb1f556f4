using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>An agent whose components are bound, as far as they could be.</summary>
/// <param name="Definition">All listed components, also those that could not be bound.</param>
/// <param name="IsWired">Whether the components name each other without a mistake; else rules about who uses whom would only repeat it.</param>
/// <param name="Sources">The sources.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Sinks">The sinks, whether in a group or not.</param>
/// <param name="Groups">The processors of the sink groups; a group's sinks are the <see cref="ComponentDefinition.Channels"/> of its definition.</param>
internal sealed record BoundAgent(
    AgentDefinition Definition, bool IsWired, ImmutableArray<BoundSource> Sources, ImmutableArray<BoundComponent> Channels,
    ImmutableArray<BoundComponent> Sinks, ImmutableArray<BoundComponent> Groups)
{
    public BoundComponent? Channel(string name) => Channels.FirstOrDefault(channel => channel.Definition.Id.Name == name);

    public BoundComponent? Sink(string name) => Sinks.FirstOrDefault(sink => sink.Definition.Id.Name == name);

    public IEnumerable<ComponentDefinition> Definitions(ComponentKind kind) => Definition.Components.Where(component => component.Id.Kind == kind);

    /// <summary>Every bound component, in the order of the definition.</summary>
    public IEnumerable<BoundComponent> All => Sources
        .SelectMany(source => source.Interceptors.Prepend(source.Source).Concat(source.Selector is null ? [] : [source.Selector]))
        .Concat(Channels).Concat(Sinks).Concat(Groups);
}
