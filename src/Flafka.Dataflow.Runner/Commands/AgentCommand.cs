using System.CommandLine;
using Flafka.Dataflow.Runner.Execution;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka agent</c>: the spelling of <c>flume-ng agent</c>, so that scripts need only another program name.</summary>
internal static class AgentCommand
{
    /// <param name="java">The arguments that no rule of options covers; known only when the options are.</param>
    public static Command Create(Func<JavaArguments> java)
    {
        var file = AgentOptions.File("--conf-file");
        var name = AgentOptions.Name();
        var drainTimeout = AgentOptions.DrainTimeout();
        var format = LogOptions.Format();
        var level = LogOptions.Level();
        var command = new DocumentedCommand(
            "agent",
            "Runs an agent; takes the options of 'flume-ng agent', also those for Java, which are named and have no effect.",
            ("agent --conf conf --conf-file a.conf --name a1 -Dflume.root.logger=DEBUG,console", "the command line of Flume's guide, unchanged"))
        {
            name, file, drainTimeout, format, level,
            new Option<bool>("--no-reload-conf") { Description = "Taken for compatibility: this version never reloads." },
            new Option<int?>("-i", "--poll-interval") { HelpName = "S", Description = "Taken for compatibility: this version never reloads." },
            new Option<string?>("-b", "--backup-directory") { HelpName = "DIR", Description = "Taken for compatibility: no copy is made, because it would hold the secrets in clear." },
            Refused("A configuration in ZooKeeper is not supported; write it to a file and name that with -f.", "-z", "--zkConnString"),
            Refused("A configuration in ZooKeeper is not supported; write it to a file and name that with -f.", "-p", "--zkBasePath"),
            Refused("A configuration behind a URI is not supported; fetch it into a file, for example with curl, and name that with -f.", "-u", "--conf-uri"),
            Refused("Credentials are for a configuration behind a URI, which is not supported; fetch it into a file and name that with -f.", "-user", "--conf-user"),
            Refused("Credentials are for a configuration behind a URI, which is not supported; fetch it into a file and name that with -f.", "-pwd", "--conf-password"),
            Refused("Credentials are for a configuration behind a URI, which is not supported; fetch it into a file and name that with -f.", "-a", "--auth-provider"),
            Refused("A provider is a Java class and cannot run here; write the configuration to a file and name that with -f.", "-prov", "--conf-provider"),
            Refused("There is no Java command line to show; 'flafka plan -f FILE' shows what would run.", "-d", "--dryrun", "--dry-run"),
        };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction((parsed, _) =>
        {
            java().ReportIgnored();
            return AgentOptions.DrainTime(parsed.GetValue(drainTimeout)) is { } drainTime && reading.Settings(parsed, java().Properties) is { } settings
                ? AgentRun.ExecuteAsync(new RunRequest(parsed.GetValue(file)!, parsed.GetValue(name), settings, drainTime)
                {
                    LogLevel = LogOptions.Of(parsed.GetValue(level)) ?? java().LogLevel ?? LogLevel.Information,
                    LogFormat = parsed.GetValue(format),
                })
                : Task.FromResult(ExitCode.InvalidConfiguration);
        });
        return command;
    }

    private static Option<string?> Refused(string instead, string name, params string[] aliases)
    {
        var option = new Option<string?>(name, aliases) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add(result => result.AddError(instead));
        return option;
    }
}
