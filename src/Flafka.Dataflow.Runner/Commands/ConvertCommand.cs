using System.CommandLine;
using Flafka.Dataflow.Runner.Configuration;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka convert</c>: Flume's properties as JSON. Placeholders stay placeholders.</summary>
internal static class ConvertCommand
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Create()
    {
        var file = AgentOptions.File("--file");
        var output = new Option<string?>("-o", "--output") { HelpName = "FILE", Description = "Where to write, readable by you alone. Without it: standard output, secrets masked." };
        var force = new Option<bool>("--force") { Description = "Replaces the output file when it exists." };
        var encoding = ReadingOptions.EncodingOption();
        var command = new DocumentedCommand(
            "convert",
            "Writes a configuration as JSON that means the same; placeholders such as ${env:NAME} stay as they are.",
            ("convert -f flume.conf -o agent.json", "into a file"),
            ("convert -f flume.conf", "to look at"))
        {
            file, output, force, encoding,
        };
        command.SetAction(parsed => Convert(
            parsed.GetValue(file)!, ConfigurationSettings.Default with { Encoding = parsed.GetValue(encoding) }, parsed.GetValue(output), parsed.GetValue(force)));
        return command;
    }

    private static int Convert(string path, ConfigurationSettings settings, string? output, bool force)
    {
        var diagnostics = new DiagnosticBag();
        var text = ConfigurationReader.ReadFile(path, settings, diagnostics);
        var root = text is null ? null : ConfigFormat.Detect(path, text).Parse(text, path, diagnostics);
        Messages.Write(diagnostics);
        if (root is null || diagnostics.HasErrors)
        {
            return ExitCode.InvalidConfiguration;
        }

        foreach (var note in ConversionNotes.Of(root, text!, ConfigFormat.Detect(path, text!)))
        {
            Messages.Info(note);
        }

        if (output is not null)
        {
            return WriteFile(output, JsonTreeWriter.Write(root), force);
        }

        Console.Out.Write(JsonTreeWriter.Write(SecretMask.Apply(root, out var masked)));
        if (masked > 0)
        {
            Messages.Info($"{Verdict.Count(masked, "secret")} masked; -o FILE writes {(masked == 1 ? "it" : "them")}.");
        }

        return ExitCode.Success;
    }

    private static int WriteFile(string path, string json, bool force)
    {
        if (!force && File.Exists(path))
        {
            Messages.Error($"'{path}' exists; --force replaces it.");
            return ExitCode.InvalidConfiguration;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            Messages.Error($"cannot write '{path}': there is no folder '{folder}'.");
            return ExitCode.RuntimeFailure;
        }

        // Into a new file first: nobody ever sees half of it, or reads it while it still has the mode of the old one.
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OnlyMine;
            }

            try
            {
                using (var writer = new StreamWriter(temporary, options))
                {
                    writer.Write(json);
                }

                File.Move(temporary, path, force);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Messages.Error($"cannot write '{path}': {failure.Message}");
            return ExitCode.RuntimeFailure;
        }
    }
}
