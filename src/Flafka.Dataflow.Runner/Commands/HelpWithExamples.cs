using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The usual help, then the examples of the command.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly (string Line, string Meaning)[] First =
    [
        ("validate flume.conf", "finds every mistake, with its place and what would be right"),
        ("plan -f flume.conf", "shows what would run and what each path guarantees"),
        ("run -f flume.conf", "runs it until Ctrl-C"),
        ("components source", "lists the sources there are"),
    ];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var examples = command switch
        {
            RootCommand => First,
            DocumentedCommand documented => [.. documented.Examples],
            _ => [],
        };
        if (examples.Length > 0)
        {
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            var width = examples.Max(example => example.Line.Length);
            foreach (var (line, meaning) in examples)
            {
                output.WriteLine($"  flafka {line.PadRight(width)}   {meaning}");
            }
        }

        if (command is RootCommand)
        {
            output.WriteLine();
            output.WriteLine("'flafka COMMAND --help' shows the options of a command.");
            output.WriteLine(ExitCode.Explanation);
        }

        return code;
    }

    /// <summary>Puts it in the place of the usual help of a root command and all commands below.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/?"); // a path, on the systems this runs on
        help.Aliases.Remove("/h");
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }
}
