using System.CommandLine;
using System.CommandLine.Invocation;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>The commands of the program.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    // Signals are ours: the first one drains.
    private static readonly InvocationConfiguration Running = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    public static async Task<int> RunAsync(string[] args)
    {
        JavaArguments? java = null;
        var agent = AgentCommand.Create(() => java!);
        var root = Root(agent);
        java = JavaArguments.Take(args, [.. agent.Options.SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal))]);
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(Running);
            return ExitCode.InvalidConfiguration;
        }

        var parsed = root.Parse(java.Others, Parsing);
        if (parsed.Action is not ParseErrorAction)
        {
            return await parsed.InvokeAsync(Running);
        }

        foreach (var error in Errors(parsed))
        {
            Messages.Error(error);
        }

        var command = parsed.CommandResult.Command;
        Messages.Info(command is RootCommand ? "'flafka --help' shows the commands." : $"'flafka {Words(command)} --help' shows the options.");
        return ExitCode.InvalidConfiguration;
    }

    /// <summary>The program's command line.</summary>
    public static RootCommand Root(Command agent)
    {
        var root = new RootCommand("Flafka moves events from sources over channels to sinks, as Apache Flume does. It runs an unchanged flume.conf, or the same in JSON.")
        {
            RunCommand.Create(),
            agent,
            ValidateCommand.Create(),
            PlanCommand.Create(),
            ConvertCommand.Create(),
            ComponentsCommand.Create(),
            ChannelCommand.Create(),
            HdfsCommand.Create(),
            DocsCommand.Create(),
            CompletionCommand.Create(),
            VersionCommand.Create(),
        };
        var help = new Command("help", "Shows this text.") { Hidden = true };
        help.SetAction((_, stopping) => root.Parse(["--help"]).InvokeAsync(Running, stopping));
        root.Add(help);
        HelpWithExamples.AddTo(root);
        return root;
    }

    // How a command is called, below another one too.
    private static string Words(System.CommandLine.Command command) =>
        command.Parents.OfType<System.CommandLine.Command>().FirstOrDefault(static parent => parent is not RootCommand) is { } parent ? $"{Words(parent)} {command.Name}" : command.Name;

    // What the parser says about a word that it does not know, with the word that was probably meant.
    private static IEnumerable<string> Errors(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name))
            .Concat(command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name)).ToArray();
        var unmatched = parsed.UnmatchedTokens;
        for (var i = 0; i < unmatched.Count; i++)
        {
            var word = unmatched[i];
            if (i > 0 && !word.StartsWith('-') && unmatched[i - 1].StartsWith('-'))
            {
                continue; // the value of the option before it
            }

            if (File.Exists(word) && command.Options.Any(static option => option.Name == "-f"))
            {
                yield return $"a file is named with -f: 'flafka {Words(command)} -f {word}'.";
                continue;
            }

            var kind = word.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var nearest = NearestKey.Find(word, known);
            yield return $"there is no {kind} '{word}'{(nearest is null ? "." : $"; did you mean '{nearest}'?")}";
        }

        foreach (var error in parsed.Errors.Where(error => error.SymbolResult is not System.CommandLine.Parsing.CommandResult || unmatched.Count == 0))
        {
            yield return error.Message;
        }
    }
}
