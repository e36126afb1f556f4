using System.Reflection;

namespace Flafka.Dataflow.Runner;

/// <summary>The components that a configuration may name: the core's and those of the satellites that come with the runner.</summary>
internal static class KnownComponents
{
    private static readonly string[] Satellites = ["Flafka.Dataflow.Kafka", "Flafka.Dataflow.Storage", "Flafka.Dataflow.Web"];

    public static ComponentRegistry Registry { get; } = ComponentRegistry.Scan(Own());

    /// <summary>Compiles configurations that may name these components and those of plugins.</summary>
    /// <param name="settings">How configurations are read; names the plugins.</param>
    /// <param name="diagnostics">Gets what is wrong with the plugins.</param>
    public static GraphCompiler Compiler(ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        var plugins = PluginLoader.Load(settings, diagnostics);
        try
        {
            return new GraphCompiler(plugins.Count == 0 ? Registry : ComponentRegistry.Scan(Own().Concat(plugins)), settings);
        }
        catch (ArgumentException twice)
        {
            diagnostics.Add(
                Codes.BadPlugin, string.Empty, new SourceSpan(string.Join(Path.PathSeparator, settings.PluginPaths), 0, 0), twice.Message.TrimEnd('.'),
                "Give the plugin's component a name of its own.");
            return new GraphCompiler(Registry, settings);
        }
    }

    private static IEnumerable<Assembly> Own() => Satellites.Select(name => Assembly.Load(new AssemblyName(name))).Prepend(typeof(ComponentRegistry).Assembly);
}
