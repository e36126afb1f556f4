using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Flafka.Dataflow;

/// <summary>Puts what a host's configuration says below <c>Flafka:Agents:</c> over a tree; environment variables for example.</summary>
internal static class HostOverlay
{
    private const string Section = "Flafka:Agents";

    /// <summary>The tree with those values. What they say of an agent that the tree does not have is a finding.</summary>
    public static ConfigNode Apply(ConfigNode root, IConfiguration? host, DiagnosticBag diagnostics)
    {
        foreach (var agent in host?.GetSection(Section).GetChildren() ?? [])
        {
            var values = Values(agent, agent.Key).ToArray();
            if (values.Length > 0 && !root.Children.Any(child => child.Key.Equals(agent.Key, StringComparison.OrdinalIgnoreCase)))
            {
                // The environment of a machine may be meant for several agents.
                var (path, section) = values[0];
                diagnostics.Add(
                    Codes.KeyWithoutAgent, path, Place(host!, section), $"there is no agent '{agent.Key}', so the value has no effect",
                    NearestKey.Hint(agent.Key, AgentKeys.Agents(root), "Agents here"));
                continue;
            }

            foreach (var (path, section) in values)
            {
                root = ConfigurationOverlay.Set(root, path, ConfigTreeBuilder.Trim(section.Value ?? string.Join(' ', Items(section))), Place(host!, section));
            }
        }

        return root;
    }

    private static IEnumerable<(string Path, IConfigurationSection Section)> Values(IConfigurationSection section, string path)
    {
        if (section.Value is not null || Items(section).Length > 0)
        {
            yield return (path, section);
        }

        if (Items(section).Length == 0)
        {
            foreach (var value in section.GetChildren().SelectMany(child => Values(child, $"{path}.{child.Key}")))
            {
                yield return value;
            }
        }
    }

    // A list has the keys 0, 1, 2.
    private static string[] Items(IConfigurationSection section)
    {
        var children = section.GetChildren().ToArray();
        return children.Where((child, i) => child.Value is null || child.Key != i.ToString(CultureInfo.InvariantCulture)).Any() ? [] : Array.ConvertAll(children, child => child.Value!);
    }

    // The last provider that has the key is the one that counts.
    private static SourceSpan Place(IConfiguration host, IConfigurationSection section)
    {
        var key = section.Value is null ? $"{section.Path}:0" : section.Path;
        var provider = (host as IConfigurationRoot)?.Providers.LastOrDefault(provider => provider.TryGet(key, out _));
        return new SourceSpan(
            provider?.GetType().Name switch
            {
                null => Section,
                "EnvironmentVariablesConfigurationProvider" => "environment",
                "CommandLineConfigurationProvider" => ConfigurationOverlay.CommandLine,
                _ => provider.ToString()!,
            },
            0, 0);
    }
}
