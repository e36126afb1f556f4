using System.CommandLine;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka completion</c>: a script by which a shell completes commands, options and their values. It asks the program itself.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # flafka for bash. In ~/.bashrc:  source <(flafka completion bash)
        _flafka() {
          local words
          words="$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)"
          COMPREPLY=()
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _flafka flafka

        """;

    private const string Zsh = """
        # flafka for zsh. In ~/.zshrc, behind compinit:  source <(flafka completion zsh)
        _flafka() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "$BUFFER" 2>/dev/null)}")
          found=("${(@M)found:#${PREFIX}*}")
          found=(${found:#})
          if (( ${#found} )); then compadd -a found; else _files; fi
        }
        compdef _flafka flafka

        """;

    private const string Fish = """
        # flafka for fish. In ~/.config/fish/config.fish:  flafka completion fish | source
        function __flafka_complete
          set -l line (commandline -cp)
          flafka "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c flafka -a '(__flafka_complete)'

        """;

    private enum Shell
    {
        Bash,
        Zsh,
        Fish,
    }

    public static Command Create()
    {
        var shell = new Argument<Shell>("SHELL") { Description = "bash, zsh or fish.", HelpName = "bash|zsh|fish" };
        shell.CompletionSources.Clear();
        shell.CompletionSources.Add("bash", "zsh", "fish");
        shell.CustomParser = result =>
        {
            if (Enum.TryParse<Shell>(result.Tokens[0].Value, ignoreCase: true, out var given) && !char.IsAsciiDigit(result.Tokens[0].Value[0]))
            {
                return given;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no shell known here; it can be bash, zsh or fish.");
            return default;
        };
        var command = new DocumentedCommand(
            "completion",
            "Prints a script by which a shell completes commands, options and values at the tabulator key.",
            ("completion bash", "use it in this shell: source <(flafka completion bash)"))
        {
            shell,
        };
        command.SetAction(parsed => Console.Out.Write(parsed.GetValue(shell) switch
        {
            Shell.Zsh => Zsh,
            Shell.Fish => Fish,
            _ => Bash,
        }));
        return command;
    }
}
