using System.CommandLine;
using Flafka.Dataflow.Runner.Configuration;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka plan</c>: shows what would run.</summary>
internal static class PlanCommand
{
    private enum Format
    {
        Text,
        Dot,
        Mermaid,
        Json,
    }

    public static Command Create()
    {
        var file = AgentOptions.FileOrSettings();
        var name = AgentOptions.Name();
        var format = LogOptions.Choice<Format>("--format", "What to print: text (the default); a picture in the language of Graphviz (dot) or Mermaid; JSON.");
        var command = new DocumentedCommand(
            "plan",
            "Prints the compiled graph of an agent and the guarantee of each path from a source to a sink. Starts nothing.",
            ("plan -f flume.conf", "components, changed options, guarantees"),
            ("plan -f flume.conf --format dot | dot -Tsvg > plan.svg", "a picture, by Graphviz"))
        {
            file, name, format,
        };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction(parsed => reading.Settings(parsed) is { } settings
            ? Print(parsed.GetValue(file)!, parsed.GetValue(name), settings, parsed.GetValue(format))
            : ExitCode.InvalidConfiguration);
        return command;
    }

    private static int Print(string path, string? agent, ConfigurationSettings settings, Format format)
    {
        var diagnostics = new DiagnosticBag();
        var plan = ConfigurationFile.Read(path, settings, diagnostics)?.Compile(agent);
        Messages.Write(diagnostics);
        if (plan is null)
        {
            return ExitCode.InvalidConfiguration;
        }

        Console.Out.Write(format switch
        {
            Format.Dot => PlanRenderer.Dot(plan),
            Format.Mermaid => PlanRenderer.Mermaid(plan),
            Format.Json => PlanRenderer.Json(plan),
            _ => PlanRenderer.Text(plan),
        });
        return ExitCode.Success;
    }
}
