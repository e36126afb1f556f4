using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The options of every command that compiles a configuration: how it is read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<string[]> _overrides = AgentOptions.Settings();

    private readonly Option<string[]> _types = new("--type")
    {
        HelpName = "JAVA=TYPE",
        Description = "What runs in place of a Java class of your own: 'com.acme.X$Builder=Acme.X, Acme'; 'none' leaves an interceptor out. May be given several times.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _plugins = new("--plugins-path")
    {
        HelpName = "DIR",
        Description = "Where .NET assemblies with components of your own lie. May be given several times.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _noExecution = new("--no-exec")
    {
        Description = "Refuses all by which a configuration could run code: the exec source, external config filters, plugins.",
    };

    private readonly Option<ConfigurationEncoding> _encoding = EncodingOption();

    private readonly Option<CompatibilityMode?> _compatibility =
        LogOptions.Choice<CompatibilityMode?>("--compatibility", "With 'flume', mistakes for which Flume drops a part of the agent are warnings, and the part is dropped. Default: strict.");

    private readonly Option<string?> _defaultFileSystem = DefaultFileSystemOption();

    private readonly Option<string?> _conf = HadoopOption();

    /// <summary>How the file is written; alone for commands that only read it.</summary>
    public static Option<ConfigurationEncoding> EncodingOption() =>
        LogOptions.Choice<ConfigurationEncoding>("--encoding", "How the bytes of the file become text. Default: utf8; Flume 1.10 and later read latin1.");

    /// <summary>Where paths without a scheme lie.</summary>
    public static Option<string?> DefaultFileSystemOption() => new("--default-fs")
    {
        HelpName = "URI",
        Description = "Where paths without a scheme lie, for example hdfs://namenode:8020. Default: fs.defaultFS of the Hadoop configuration, else the local disk.",
    };

    /// <summary>Where Hadoop's configuration lies.</summary>
    public static Option<string?> HadoopOption() => new("-c", "--conf")
    {
        HelpName = "DIR",
        Description = "Where core-site.xml of the Hadoop configuration is looked for first; then HADOOP_CONF_DIR and /etc/hadoop/conf.",
    };

    /// <summary>Makes a command take them.</summary>
    public ReadingOptions AddTo(Command command)
    {
        foreach (var option in new Option[] { _overrides, _types, _plugins, _noExecution, _encoding, _compatibility, _defaultFileSystem, _conf })
        {
            command.Add(option);
        }

        return this;
    }

    /// <summary>What the command line says, over what <c>appsettings.json</c> in the working directory and the environment say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="properties">Pairs of <c>-Dkey=value</c>.</param>
    /// <returns><see langword="null"/>, with a message, when <c>appsettings.json</c> or the environment is wrong.</returns>
    public ConfigurationSettings? Settings(ParseResult parsed, params IEnumerable<(string Key, string Value)> properties)
    {
        return Host() is not { } host ? null : host with
        {
            Overrides = [.. parsed.GetValue(_overrides)!],
            Types = [.. host.Types, .. parsed.GetValue(_types)!],
            PluginPaths = [.. host.PluginPaths, .. parsed.GetValue(_plugins)!],
            AllowExecution = host.AllowExecution && !parsed.GetValue(_noExecution),
            Encoding = parsed.GetValue(_encoding),
            Compatibility = parsed.GetValue(_compatibility) ?? host.Compatibility,
            DefaultFileSystem = parsed.GetValue(_defaultFileSystem) ?? host.DefaultFileSystem,
            ConfigurationDirectory = parsed.GetValue(_conf),
            SystemProperties = properties.Aggregate(ImmutableDictionary<string, string>.Empty, (all, pair) => all.SetItem(pair.Key, pair.Value)),
        };
    }

    /// <summary>What <c>appsettings.json</c> in the working directory and the environment say.</summary>
    /// <returns><see langword="null"/>, with a message, when one of them is wrong.</returns>
    public static ConfigurationSettings? Host()
    {
        try
        {
            var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
            var settings = ConfigurationSettings.From(
                new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory()).AddJsonFile("appsettings.json", optional: true).AddConfiguration(environment).Build());

            // Agents in an appsettings.json that happens to lie here are not part of the file that was named.
            return settings with { Host = environment };
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            Messages.Error($"appsettings.json or the environment: {wrong.Message.TrimEnd('.')}.");
            return null;
        }
    }
}
