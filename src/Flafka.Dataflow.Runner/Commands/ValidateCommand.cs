using System.CommandLine;
using Flafka.Dataflow.Runner.Configuration;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka validate</c>: finds all mistakes, starts nothing.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Configurations to look at." };
        var command = new Command("validate", "Prints every mistake of every agent in the files. Starts nothing.") { files };
        var reading = new ReadingOptions().AddTo(command);
        command.SetAction(parsed => Validate(parsed.GetValue(files)!, reading.Settings(parsed, [])));
        return command;
    }

    private static int Validate(string[] files, ConfigurationSettings settings)
    {
        var code = ExitCode.Success;
        foreach (var path in files)
        {
            var diagnostics = new DiagnosticBag();
            var lines = Verdicts(path, settings, diagnostics);
            Messages.Write(diagnostics);
            foreach (var line in lines)
            {
                Console.Out.WriteLine(OneLine.Escape(line));
            }

            if (diagnostics.HasErrors)
            {
                code = ExitCode.InvalidConfiguration;
            }
        }

        return code;
    }

    private static List<string> Verdicts(string path, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        if (ConfigurationFile.Read(path, settings, diagnostics) is not { } file)
        {
            return [];
        }

        if (file.Agents.Count == 0)
        {
            file.Compile(null); // says that there is none
            return [];
        }

        var lines = new List<string>();
        var ofText = diagnostics.Items.Count;
        foreach (var agent in file.Agents)
        {
            var before = diagnostics.Items.Count;
            var plan = file.Compile(agent);
            var found = diagnostics.Items.Take(ofText).Concat(diagnostics.Items.Skip(before)).ToArray();
            var errors = found.Count(item => item.Severity == DiagnosticSeverity.Error);
            lines.Add($"{path}: {agent}: {(plan is null ? Count(errors, "error") : Runs(found.Length, plan))}");
        }

        return lines;
    }

    private static string Runs(int notes, GraphPlan plan)
    {
        var paths = Guarantees.Of(plan);
        var weakest = paths.IsEmpty ? "no path from a source to a sink" : paths.Min(path => path.Level) switch
        {
            GuaranteeLevel.BestEffort => "best effort",
            GuaranteeLevel.LostInCrash => "lost in a crash",
            _ => "at least once",
        };
        return $"runs{(notes > 0 ? $" with {Count(notes, "note")}" : string.Empty)}, weakest guarantee: {weakest}";
    }

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? string.Empty : "s")}";
}
