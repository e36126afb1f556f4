using System.Reflection;

namespace Flafka.Dataflow.TestKit;

/// <summary>Compiles the text of a configuration with the core's components and those of other assemblies; for tests of options.</summary>
public static class CompiledPlan
{
    /// <summary>The options that an agent's component is bound to.</summary>
    /// <param name="text">A configuration, in either format.</param>
    /// <param name="name">The component: <c>r1</c>.</param>
    /// <param name="components">Where components are beside the core.</param>
    /// <returns>The options, <see langword="null"/> when there was an error, and everything that was reported, one line each.</returns>
    public static (object? Options, IReadOnlyList<string> Diagnostics) Options(string text, string name, params Assembly[] components)
    {
        var diagnostics = new DiagnosticBag();
        var root = ConfigurationReader.Read(text, "agent.conf", [], static _ => null, diagnostics);
        var registry = ComponentRegistry.Scan(components.Prepend(typeof(ComponentRegistry).Assembly));
        var plan = new GraphCompiler(registry).Compile(root, "a1", diagnostics);
        var bound = plan?.Nodes.SelectMany(static node => node switch
        {
            IngressNode ingress => [ingress.Source],
            EgressNode egress => egress.Sinks,
            ChannelNode channel => [channel.Channel],
            _ => (IEnumerable<BoundComponent>)[],
        });
        return (
            bound?.Single(component => component.Definition.Id.Name == name).Options,
            [.. diagnostics.Items.Select(item => $"{item.Severity} {item.Code} {item.Path}: {item.Message}")]);
    }
}
