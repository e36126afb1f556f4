using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Compiles and builds the agents that a host was told to run.</summary>
internal static class HostAgents
{
    private const string Section = "Flafka:Agents";

    /// <exception cref="ConfigurationException">Something is wrong; it carries every finding.</exception>
    public static ImmutableArray<AgentGraph> Build(FlafkaOptions options, IConfiguration host, ILoggerFactory loggers, IServiceProvider services)
    {
        var diagnostics = new DiagnosticBag();
        var settings = ConfigurationSettings.From(host);
        var compiler = new GraphCompiler(
            ComponentRegistry.Scan([typeof(FlafkaOptions).Assembly, .. options.Assemblies, .. PluginLoader.Load(settings, diagnostics)]), settings);
        var graphs = ImmutableArray.CreateBuilder<AgentGraph>();
        if (Read(options, host, settings, diagnostics) is { } root)
        {
            foreach (var agent in options.Agents.Count > 0 ? [.. options.Agents] : AgentKeys.Agents(root))
            {
                if (compiler.Compile(root, agent, diagnostics) is { } plan
                    && new GraphFactory(AgentRuntime.System, loggers, services).Build(plan, diagnostics) is { } graph)
                {
                    graphs.Add(graph);
                }
            }

            if (graphs.Count == 0 && !diagnostics.HasErrors)
            {
                diagnostics.Add(
                    Codes.UnknownAgent, string.Empty, new SourceSpan(options.File ?? Section, 0, 0), "there is no agent to run",
                    "Write AGENT.sources, AGENT.channels and AGENT.sinks, in a file that FlafkaOptions.File names or below Flafka:Agents.");
            }
        }

        FindingLog.Write(loggers.CreateLogger<FlafkaOptions>(), diagnostics);
        return diagnostics.HasErrors ? throw new ConfigurationException(diagnostics.Items) : graphs.DrainToImmutable();
    }

    private static ConfigNode? Read(FlafkaOptions options, IConfiguration host, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        if (options.File is { } file)
        {
            return ConfigurationReader.ReadFile(file, settings, diagnostics) is { } text ? ConfigurationReader.Read(text, file, settings, diagnostics) : null;
        }

        // The first file that has agents is read again, for order, case and places; what comes behind it is put over it.
        var providers = (host as IConfigurationRoot)?.Providers.ToArray() ?? [];
        for (var i = 0; i < providers.Length; i++)
        {
            if (providers[i] is FileConfigurationProvider { Source: { Path: { } name } source } provider
                && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                && provider.GetChildKeys([], Section).Any()
                && source.FileProvider?.GetFileInfo(name).PhysicalPath is { } path
                && ConfigurationReader.ReadFile(path, settings, diagnostics) is { } text)
            {
                return ConfigurationReader.Read(text, path, settings with { Host = new ConfigurationRoot(providers[(i + 1)..]) }, diagnostics);
            }
        }

        var section = host.GetSection(Section);
        return section.GetChildren().Any() ? Flat(section, settings with { Host = null }, diagnostics) : new ConfigNode(string.Empty, null, default, []);
    }

    // A provider that is no file has keys and values, in an order of its own.
    private static ConfigNode Flat(IConfigurationSection section, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            Write(writer, section);
        }

        var placeless = new DiagnosticBag();
        var root = Placed(ConfigurationReader.Read(Encoding.UTF8.GetString(text.ToArray()), $"{Section}.json", settings, placeless));
        foreach (var finding in placeless.Items)
        {
            diagnostics.Report(finding with { Span = new SourceSpan(Section, 0, 0) });
        }

        return root;
    }

    private static ConfigNode Placed(ConfigNode node)
    {
        var span = new SourceSpan(Section, 0, 0);
        return node with { Span = span, ValueSpan = span, Children = [.. node.Children.Select(Placed)] };
    }

    private static void Write(Utf8JsonWriter writer, IConfigurationSection section)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0)
        {
            writer.WriteStringValue(section.Value);
            return;
        }

        var isList = children.Select((child, i) => int.TryParse(child.Key, out var number) && number == i).All(isNext => isNext);
        Action begin = isList ? writer.WriteStartArray : writer.WriteStartObject;
        begin();
        foreach (var child in children)
        {
            if (!isList)
            {
                writer.WritePropertyName(child.Key);
            }

            Write(writer, child);
        }

        Action end = isList ? writer.WriteEndArray : writer.WriteEndObject;
        end();
    }
}
