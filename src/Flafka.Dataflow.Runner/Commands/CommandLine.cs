using System.CommandLine;
using System.CommandLine.Invocation;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The commands of the program.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var java = JavaArguments.Take(args);
        var root = new RootCommand("Runs agents that move events from sources over channels to sinks, in the configuration of Apache Flume or in JSON.")
        {
            RunCommand.Create(),
            AgentCommand.Create(java),
            ValidateCommand.Create(),
            PlanCommand.Create(),
        };
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync();
            return ExitCode.InvalidConfiguration;
        }

        var parsed = root.Parse(java.Others, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                Messages.Error(error.Message);
            }

            Messages.Info($"'flafka {parsed.CommandResult.Command.Name} --help' shows the options.".Replace("flafka flafka", "flafka", StringComparison.Ordinal));
            return ExitCode.InvalidConfiguration;
        }

        // Signals are ours: the first one drains.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
