using System.CommandLine;
using Flafka.Dataflow.Runner.Configuration;
using Flafka.Dataflow.Runner.Reference;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka docs</c>: writes the reference.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out", "-o") { Required = true, HelpName = "FOLDER", Description = "Where to; made when it is missing." };
        var command = new DocumentedCommand(
            "docs",
            "Writes the reference: a page for each component, the register of findings, a schema for editors.",
            ("docs --out reference", "into the folder 'reference'"))
        {
            output,
        };
        command.SetAction(parsed => Write(parsed.GetValue(output)!));
        return command;
    }

    private static int Write(string folder)
    {
        try
        {
            Console.Out.WriteLine($"{Verdict.Count(ReferenceFiles.Write(folder), "file")} in {folder}");
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Messages.Error($"cannot write into '{folder}': {failure.Message}");
            return ExitCode.RuntimeFailure;
        }
    }
}
