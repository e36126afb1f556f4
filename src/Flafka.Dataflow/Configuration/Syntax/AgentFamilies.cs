using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The parts of an agent in a configuration.</summary>
internal static class AgentFamilies
{
    public const string Sources = "sources";
    public const string Channels = "channels";
    public const string Sinks = "sinks";
    public const string SinkGroups = "sinkgroups";
    public const string ConfigFilters = "configfilters";

    public static readonly ImmutableArray<string> All = [Sources, Channels, Sinks, SinkGroups, ConfigFilters];

    public static bool IsFamily(string key) => All.Contains(key);
}
