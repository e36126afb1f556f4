using System.CommandLine;
using Flafka.Dataflow.Runner.Execution;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka run</c>: runs an agent.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = AgentOptions.File("--file");
        var name = AgentOptions.Name();
        var settings = AgentOptions.Settings();
        var untilIdle = AgentOptions.UntilIdle();
        var drainTimeout = AgentOptions.DrainTimeout();
        var command = new Command("run", "Runs an agent until SIGTERM or Ctrl-C, then delivers what is inside; a second signal ends it at once.")
        {
            file, name, settings, untilIdle, drainTimeout,
        };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction((parsed, _) =>
            AgentOptions.DrainTime(parsed.GetValue(drainTimeout)) is { } drainTime
                ? AgentRun.ExecuteAsync(new RunRequest(parsed.GetValue(file)!, parsed.GetValue(name), reading.Settings(parsed, parsed.GetValue(settings)!), drainTime)
                {
                    UntilIdle = parsed.GetValue(untilIdle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    LogLevel = LogLevel.Information,
                })
                : Task.FromResult(ExitCode.InvalidConfiguration));
        return command;
    }
}
