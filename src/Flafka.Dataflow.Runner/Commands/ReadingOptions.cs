using System.CommandLine;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The options of every command that reads a configuration: how it is read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<string[]> _types = new("--type")
    {
        HelpName = "JAVA=TYPE",
        Description = "What runs in place of a Java class: an alias, or 'NAMESPACE.TYPE, ASSEMBLY'; 'none' leaves an interceptor out. May be given several times.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _plugins = new("--plugins-path")
    {
        HelpName = "DIR", Description = "A directory of .NET plugins. May be given several times.", DefaultValueFactory = _ => [],
    };

    private readonly Option<ConfigurationEncoding> _encoding = new("--encoding") { Description = "How the file's bytes become text; without it UTF-8." };

    private readonly Option<CompatibilityMode> _compatibility = new("--compatibility")
    {
        Description = "'flume' turns mistakes for which Flume drops a part of the agent into warnings, and drops it.",
    };

    private readonly Option<string?> _defaultFileSystem = new("--default-fs")
    {
        HelpName = "URI", Description = "Where paths without a scheme lie, for example hdfs://namenode:8020; without it fs.defaultFS of the Hadoop configuration, else the local disk.",
    };

    private readonly Option<bool> _noExecution = new("--no-exec") { Description = "Refuses commands of the configuration and plugins; for configurations that somebody else writes." };

    /// <summary>The options are the command's from here on.</summary>
    public ReadingOptions AddTo(Command command)
    {
        command.Options.Add(_types);
        command.Options.Add(_plugins);
        command.Options.Add(_encoding);
        command.Options.Add(_compatibility);
        command.Options.Add(_defaultFileSystem);
        command.Options.Add(_noExecution);
        return this;
    }

    /// <summary>What the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="overrides">Texts of the form <c>KEY=VALUE</c> that win over the file.</param>
    public ConfigurationSettings Settings(ParseResult parsed, IEnumerable<string> overrides) => new()
    {
        Overrides = [.. overrides],
        Types = [.. parsed.GetValue(_types)!],
        PluginPaths = [.. parsed.GetValue(_plugins)!],
        Encoding = parsed.GetValue(_encoding),
        Compatibility = parsed.GetValue(_compatibility),
        DefaultFileSystem = parsed.GetValue(_defaultFileSystem),
        AllowExecution = !parsed.GetValue(_noExecution),
    };
}
