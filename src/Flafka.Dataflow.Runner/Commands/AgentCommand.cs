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
        var command = new Command("agent", "Runs an agent; takes the options of 'flume-ng agent'.")
        {
            name, file, drainTimeout,
            new Option<string?>("-c", "--conf") { HelpName = "DIR", Description = "Taken for compatibility." },
            new Option<bool>("--no-reload-conf") { Description = "Taken for compatibility: this version never reloads." },
            new Option<int?>("-i", "--poll-interval") { HelpName = "S", Description = "Taken for compatibility: this version never reloads." },
            new Option<string?>("--plugins-path") { HelpName = "DIR", Description = "Taken for compatibility: Java plugins cannot run here." },
            Refused("-z", "--zkConnString", "A configuration in ZooKeeper is not supported; write it to a file and name that with -f."),
            Refused("-u", "--conf-uri", "A configuration behind a URI is not supported; fetch it into a file and name that with -f."),
        };
        command.SetAction((parsed, _) =>
        {
            java.ReportIgnored();
            return AgentOptions.DrainTime(parsed.GetValue(drainTimeout)) is { } drainTime
                ? AgentRun.ExecuteAsync(new RunRequest(parsed.GetValue(file)!, parsed.GetValue(name), [], drainTime) { LogLevel = java.LogLevel ?? LogLevel.Information })
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
