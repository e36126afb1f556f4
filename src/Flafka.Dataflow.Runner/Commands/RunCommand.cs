using System.CommandLine;
using Flafka.Dataflow.Runner.Execution;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka run</c>: runs an agent.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = AgentOptions.FileOrSettings();
        var name = AgentOptions.Name();
        var untilIdle = AgentOptions.UntilIdle();
        var drainTimeout = AgentOptions.DrainTimeout();
        var format = LogOptions.Format();
        var level = LogOptions.Level();
        var command = new DocumentedCommand(
            "run",
            "Runs an agent until SIGTERM or Ctrl-C, then delivers what is inside; a second signal, a second or more after the first, ends it at once.",
            ("run -f flume.conf", "runs the only agent of the file"),
            ("run -f flume.conf -n a1 --set a1.sinks.k1.batchSize=500", "one agent of several, one key changed"),
            ("run -f flume.conf --until-idle 5", "ends when there has been nothing to do for 5 seconds"))
        {
            file, name, untilIdle, drainTimeout, format, level,
        };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction((parsed, _) =>
            AgentOptions.DrainTime(parsed.GetValue(drainTimeout)) is { } drainTime && reading.Settings(parsed) is { } settings
                ? AgentRun.ExecuteAsync(new RunRequest(parsed.GetValue(file)!, parsed.GetValue(name), settings, drainTime)
                {
                    UntilIdle = parsed.GetValue(untilIdle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    LogLevel = LogOptions.Of(parsed.GetValue(level)) ?? LogLevel.Information,
                    LogFormat = parsed.GetValue(format),
                })
                : Task.FromResult(ExitCode.InvalidConfiguration));
        return command;
    }
}
