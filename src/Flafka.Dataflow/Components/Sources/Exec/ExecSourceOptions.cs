using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Serialization;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Options of the <c>exec</c> source.</summary>
public sealed class ExecSourceOptions : IBatchSized, ISetsHeaders, IValidatableObject
{
    private static readonly char[] Blanks = [' ', '\t', '\n', '\r', '\f', '\v'];

    /// <summary>
    /// The program and its arguments, separated by blanks. There is no quoting, and no pipe, variable or pattern is understood, unless <c>shell</c>
    /// names a shell. It runs with the rights of the agent.
    /// </summary>
    [Option("command", Example = "tail -F /var/log/app.log"), Required]
    public string Command { get; init; } = string.Empty;

    /// <summary>A shell, for example <c>/bin/sh -c</c>, that is given the whole command as one last argument.</summary>
    [Option("shell")]
    public string? Shell { get; init; }

    /// <summary>Whether the command is run again when it has ended, whatever its exit code.</summary>
    [Option("restart")]
    public bool Restart { get; init; }

    /// <summary>The pause before it is run again.</summary>
    [Option("restartThrottle", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan RestartThrottle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether lines of its standard error are logged. If not, they are read and dropped.</summary>
    [Option("logStdErr")]
    public bool LogStdErr { get; init; }

    /// <summary>Lines that are handed over together at most.</summary>
    [Option("batchSize", Unit = "events"), Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 20;

    /// <summary>Fewer lines are handed over when this long has passed since the last were.</summary>
    [Option("batchTimeout", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan BatchTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The character set of the output, and of the bodies. Bytes that are no text in it become U+FFFD.</summary>
    [Option("charset")]
    public string Charset { get; init; } = "UTF-8";

    /// <summary>Most characters of a line; what is longer is cut into several events. Flume has no limit.</summary>
    [Option("maxLineLength"), Range(1, 1 << 26)]
    public int MaxLineLength { get; init; } = 1 << 20;

    /// <summary>The program and what it is given.</summary>
    internal IReadOnlyList<string> CommandLine =>
        Shell is null ? Command.Split(Blanks, StringSplitOptions.RemoveEmptyEntries) : [.. Shell.Split(Blanks, StringSplitOptions.RemoveEmptyEntries), Command];

    bool ISetsHeaders.MaySet(string header) => false;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!JavaCharset.TryGet(Charset, DecodeErrorPolicy.Replace, out _))
        {
            yield return new ValidationResult(
                $"the character set '{Charset}' is not known; UTF-8, UTF-16LE, ISO-8859-1 and windows-1252 are examples of known ones", [nameof(Charset)]);
        }
    }
}
