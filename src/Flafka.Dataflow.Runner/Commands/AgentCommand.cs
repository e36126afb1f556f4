using System.Collections.Immutable;
using System.CommandLine;
using Flafka.Dataflow.Runner.Execution;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka agent</c>: the spelling of <c>flume-ng agent</c>, so that scripts need only another program name.</summary>
internal static class AgentCommand
{
    public static Command Create(JavaArguments java)
    {
        var file = AgentOptions.File("--conf-file");
        var name = AgentOptions.Name();
        var drainTimeout = AgentOptions.DrainTimeout();
        var conf = new Option<string?>("-c", "--conf") { HelpName = "DIR", Description = "A directory that may have Hadoop's core-site.xml; other files in it are not read." };
        var command = new Command("agent", "Runs an agent; takes the options of 'flume-ng agent'.")
        {
            name, file, drainTimeout,
            conf,
            new Option<bool>("--no-reload-conf") { Description = "Taken for compatibility: this version never reloads." },
            new Option<int?>("-i", "--poll-interval") { HelpName = "S", Description = "Taken for compatibility: this version never reloads." },
            Refused("-z", "--zkConnString", "A configuration in ZooKeeper is not supported; write it to a file and name that with -f."),
            Refused("-u", "--conf-uri", "A configuration behind a URI is not supported; fetch it into a file and name that with -f."),
        };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction((parsed, _) =>
        {
            java.ReportIgnored();
            var settings = reading.Settings(parsed, []) with
            {
                ConfigurationDirectory = parsed.GetValue(conf),
                SystemProperties = java.Properties.GroupBy(property => property.Key).ToImmutableDictionary(same => same.Key, same => same.Last().Value),
            };
            return AgentOptions.DrainTime(parsed.GetValue(drainTimeout)) is { } drainTime
                ? AgentRun.ExecuteAsync(new RunRequest(parsed.GetValue(file)!, parsed.GetValue(name), settings, drainTime) { LogLevel = java.LogLevel ?? LogLevel.Information })
                : Task.FromResult(ExitCode.InvalidConfiguration);
        });
        return command;
    }

    private static Option<string?> Refused(string name, string alias, string instead)
    {
        var option = new Option<string?>(name, alias) { Hidden = true };
        option.Validators.Add(result => result.AddError(instead));
        return option;
    }
}
