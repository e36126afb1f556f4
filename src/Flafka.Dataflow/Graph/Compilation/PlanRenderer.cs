namespace Flafka.Dataflow;

/// <summary>Prints a plan: as text for people, as a picture in the languages of Graphviz and Mermaid, as JSON for programs.</summary>
internal static partial class PlanRenderer
{
    private static string Name(string id) => id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The name as the user wrote it; an interceptor's has its source before it.</summary>
    private static string ShortName(BoundComponent component) => component.Definition.Id switch
    {
        { Kind: ComponentKind.Interceptor, Name: var name } => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..],
        var id => id.Name,
    };

    /// <summary>The lines of a box: name and type of a node, and what is inside of it.</summary>
    private static IEnumerable<string> Labels(PlanNode node) => node switch
    {
        IngressNode ingress =>
        [
            Label(ingress.Source),
            .. ingress.Interceptors.Select(Label),
            .. IsUsual(ingress.Selector) ? [] : new[] { $"selector: {ingress.Selector.Descriptor.DisplayName}" },
        ],
        ChannelNode channel => [Label(channel.Channel)],
        EgressNode { Processor: { } processor } group => [$"group {Label(processor)}", .. group.Sinks.Select(Label)],
        EgressNode egress => egress.Sinks.Select(Label),
        _ => [node.Id],
    };

    /// <summary>What an arrow says: the values of a selector that lead there, and what is unusual about the edge.</summary>
    private static string EdgeLabel(GraphPlan plan, PlanEdge edge)
    {
        var ingress = plan.Nodes.OfType<IngressNode>().FirstOrDefault(node => node.Id == edge.From);
        var words = ingress?.Selector.Options is IRoutes routes && !IsUsual(ingress.Selector)
            ? (edge.Kind == EdgeKind.Optional ? routes.OptionalChannels : routes.RequiredChannels).Where(route => route.Channel == Name(edge.To)).Select(route => route.Key)
            : [];
        return string.Join(", ", words.Concat(edge.EndToEnd ? ["end-to-end"] : []).Concat(edge.Kind == EdgeKind.Optional ? ["optional"] : []));
    }

    private static string Label(BoundComponent component) => $"{ShortName(component)}: {component.Descriptor.DisplayName}";

    private static bool IsUsual(BoundComponent selector) => selector.Descriptor.Alias == "replicating";
}
