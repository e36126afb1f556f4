using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Flafka.Dataflow;

/// <summary>How configurations are read: what the command line or the host decides, not the file. Immutable.</summary>
public sealed record ConfigurationSettings
{
    private const string Section = "Flafka";

    /// <summary>UTF-8, no overlays, every mistake an error.</summary>
    public static ConfigurationSettings Default { get; } = new();

    /// <summary>Texts of the form <c>KEY=VALUE</c> that win over the file and over <see cref="Host"/>.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>How the bytes of a file become text.</summary>
    public ConfigurationEncoding Encoding { get; init; }

    /// <summary>
    /// Texts of the form <c>JAVA=TYPE</c>: what runs in place of a Java class. TYPE is an alias, or <c>NAMESPACE.TYPE, ASSEMBLY</c>; for
    /// interceptors also <c>none</c>. The last of several for one class wins.
    /// </summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>Directories of plugins: .NET assemblies in them, in their subdirectories, or in Flume's <c>PLUGIN/lib</c>.</summary>
    public ImmutableArray<string> PluginPaths { get; init; } = [];

    /// <summary>
    /// Whether a configuration may make this process run what is not part of it: commands of the <c>exec</c> source and of the
    /// <c>external</c> config filter, and plugins. Turn it off for configurations that somebody else writes.
    /// </summary>
    public bool AllowExecution { get; init; } = true;

    /// <summary>What becomes of mistakes for which Flume drops a part of the agent.</summary>
    public CompatibilityMode Compatibility { get; init; }

    /// <summary>
    /// Where paths without a scheme lie, for example <c>hdfs://namenode:8020</c>. Without it: <c>fs.defaultFS</c> of the Hadoop configuration,
    /// else the local disk.
    /// </summary>
    public string? DefaultFileSystem { get; init; }

    /// <summary>A directory to look for <c>core-site.xml</c> in, before <c>HADOOP_CONF_DIR</c> and <c>/etc/hadoop/conf</c>.</summary>
    public string? ConfigurationDirectory { get; init; }

    /// <summary>The last place to look for <c>core-site.xml</c>: where distributions of Hadoop put it.</summary>
    internal string SystemHadoopDirectory { get; init; } = "/etc/hadoop/conf";

    /// <summary>What <c>${sys:NAME}</c> stands for: Java's system properties.</summary>
    public ImmutableDictionary<string, string> SystemProperties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gives the value of an environment variable; <see langword="null"/> when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The configuration of the host: what it says below <c>Flafka:Agents:</c> wins over the file.</summary>
    public IConfiguration? Host { get; init; }

    /// <summary>
    /// The options that a host's configuration has below <c>Flafka:</c>: <c>Types</c> (a section of Java class and type),
    /// <c>PluginPaths</c>, <c>AllowExecution</c>, <c>Compatibility</c>, <c>DefaultFs</c>.
    /// </summary>
    /// <exception cref="FormatException">A value is none of those that the option takes.</exception>
    public static ConfigurationSettings From(IConfiguration host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var section = host.GetSection(Section);
        return new ConfigurationSettings
        {
            Host = host,
            Types = [.. section.GetSection("Types").GetChildren().Select(type => $"{type.Key}={type.Value}")],
            PluginPaths = [.. section.GetSection("PluginPaths").GetChildren().Select(path => path.Value).Append(section["PluginPaths"]).OfType<string>()],
            AllowExecution = section["AllowExecution"] is not { } allow
                || (bool.TryParse(allow, out var isAllowed) ? isAllowed : throw NotOneOf("AllowExecution", allow, "true, false")),
            Compatibility = section["Compatibility"] is not { } mode ? CompatibilityMode.Strict
                : Enum.TryParse<CompatibilityMode>(mode, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
                : throw NotOneOf("Compatibility", mode, "strict, flume"),
            DefaultFileSystem = section["DefaultFs"],
        };
    }

    private static FormatException NotOneOf(string key, string value, string known) => new($"{Section}:{key} is '{value}', which is not one of {known}.");
}
