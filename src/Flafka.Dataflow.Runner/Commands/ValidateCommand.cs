using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flafka.Dataflow.Runner.Configuration;
using Flafka.Dataflow.Runner.Output;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka validate</c>: finds all mistakes, starts nothing.</summary>
internal static class ValidateCommand
{
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private enum Format
    {
        Text,
        Json,
    }

    public static Command Create()
    {
        var paths = new Argument<string[]>("FILE or FOLDER") { Arity = ArgumentArity.ZeroOrMore, HelpName = "FILE or FOLDER", Description = "Configurations to look at; in a folder every *.conf, *.properties and *.json that describes an agent." };
        var file = new Option<string[]>("-f", "--file", "--conf-file") { HelpName = "FILE", Description = "The same; for who is used to it.", DefaultValueFactory = _ => [] };
        var name = new Option<string?>("-n", "--name") { HelpName = "AGENT", Description = "Only this agent; otherwise every one." };
        var format = LogOptions.Choice<Format>("--format", "Text (the default): findings on standard error, a table on standard output. JSON: all on standard output.");
        var command = new DocumentedCommand(
            "validate",
            "Prints every mistake of every agent in the files, with its place and what would be right. Starts nothing.",
            ("validate flume.conf", "one file"),
            ("validate /etc/flume/conf other.json", "a folder with all below it, and a file"),
            ("validate conf --format json", "for a program that reads the answer"))
        {
            paths, file, name, format,
        };
        var reading = new ReadingOptions().AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(paths) is not { Length: > 0 } && result.GetValue(file) is not { Length: > 0 })
            {
                result.AddError("name a file or a folder to look at.");
            }
        });
        command.SetAction(parsed => reading.Settings(parsed) is { } settings
            ? Validate([.. parsed.GetValue(paths)!, .. parsed.GetValue(file)!], parsed.GetValue(name), settings, parsed.GetValue(format))
            : ExitCode.InvalidConfiguration);
        return command;
    }

    private static int Validate(string[] paths, string? agent, ConfigurationSettings settings, Format format)
    {
        // Each file's findings appear when it has been read; the table needs them all.
        var verdicts = new List<Verdict>();
        foreach (var verdict in ConfigurationSet.Validate(paths, agent, settings))
        {
            if (format == Format.Text)
            {
                // What was found about the text stands in the verdicts of all agents of the file.
                Messages.Write(verdict.Findings.Except(verdicts.Where(other => other.File == verdict.File).SelectMany(other => other.Findings)));
            }

            verdicts.Add(verdict);
        }

        if (format == Format.Json)
        {
            WriteJson(verdicts);
        }
        else
        {
            WriteTable(verdicts);
        }

        return verdicts.Exists(verdict => verdict.Errors > 0) ? ExitCode.InvalidConfiguration : ExitCode.Success;
    }

    private static void WriteTable(List<Verdict> verdicts)
    {
        var table = new TextTable("FILE", "AGENT", "RESULT", "WEAKEST GUARANTEE");
        foreach (var verdict in verdicts)
        {
            table.Add(verdict.File, verdict.Agent ?? "-", verdict.Result, verdict.Guarantee);
        }

        table.Write(Console.Out);
        if (verdicts.Count > 1)
        {
            var files = verdicts.DistinctBy(verdict => verdict.File).Count();
            var run = verdicts.Count(verdict => verdict.Plan is not null);
            var bad = verdicts.Count(verdict => verdict.Errors > 0);
            Console.Out.WriteLine($"{Verdict.Count(files, "file")}: {Verdict.Count(run, "agent")} would run, {bad} would not.");
        }
    }

    private static void WriteJson(List<Verdict> verdicts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Pretty))
        {
            writer.WriteStartArray();
            foreach (var verdict in verdicts)
            {
                writer.WriteStartObject();
                writer.WriteString("file", verdict.File);
                writer.WriteString("agent", verdict.Agent);
                writer.WriteBoolean("runs", verdict.Plan is not null);
                writer.WriteString("result", verdict.Result);
                writer.WriteString("weakestGuarantee", verdict.Weakest is { } weakest ? ValueConverters.Form(weakest) : null);
                writer.WriteStartArray("findings");
                foreach (var finding in verdict.Findings)
                {
                    writer.WriteStartObject();
                    writer.WriteString("code", finding.Code);
                    writer.WriteString("severity", DiagnosticRenderer.Word(finding.Severity));
                    writer.WriteString("origin", finding.Span.Origin);
                    writer.WriteNumber("line", finding.Span.Line);
                    writer.WriteNumber("column", finding.Span.Column);
                    writer.WriteString("key", finding.Path);
                    writer.WriteString("message", finding.Message);
                    writer.WriteString("hint", finding.Hint);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
