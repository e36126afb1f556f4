using System.Reflection;

namespace Flafka.Dataflow.Runner;

/// <summary>The components that a configuration may name: the core's and those of the satellites that come with the runner.</summary>
internal static class KnownComponents
{
    private static readonly string[] Satellites = ["Flafka.Dataflow.Kafka", "Flafka.Dataflow.Storage", "Flafka.Dataflow.Web"];

    public static ComponentRegistry Registry { get; } = ComponentRegistry.Scan(Own);

    private static IEnumerable<Assembly> Own => Satellites.Select(name => Assembly.Load(new AssemblyName(name))).Prepend(typeof(ComponentRegistry).Assembly);

    /// <summary>These components and those of plugins.</summary>
    public static ComponentRegistry With(IReadOnlyList<Assembly> plugins) => plugins.Count == 0 ? Registry : ComponentRegistry.Scan(Own.Concat(plugins));
}
