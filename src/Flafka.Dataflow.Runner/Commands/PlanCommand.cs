using System.CommandLine;
using Flafka.Dataflow.Runner.Configuration;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka plan</c>: shows what would run.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var file = AgentOptions.File("--file");
        var name = AgentOptions.Name();
        var settings = AgentOptions.Settings();
        var command = new Command("plan", "Prints the compiled graph of an agent and the guarantee of each path from a source to a sink. Starts nothing.") { file, name, settings };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction(parsed => Print(parsed.GetValue(file)!, parsed.GetValue(name), reading.Settings(parsed, parsed.GetValue(settings)!)));
        return command;
    }

    private static int Print(string path, string? agent, ConfigurationSettings settings)
    {
        var diagnostics = new DiagnosticBag();
        var plan = ConfigurationFile.Read(path, settings, diagnostics)?.Compile(agent);
        Messages.Write(diagnostics);
        if (plan is null)
        {
            return ExitCode.InvalidConfiguration;
        }

        Console.Out.Write(PlanRenderer.Text(plan));
        return ExitCode.Success;
    }
}
