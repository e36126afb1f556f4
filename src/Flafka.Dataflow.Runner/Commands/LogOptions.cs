using System.CommandLine;
using Flafka.Dataflow.Runner.Output;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>How much is logged, and in which form.</summary>
internal static class LogOptions
{
    public static Option<LogFormat> Format() => Choice<LogFormat>("--log-format", "How messages are written: text for people, json for programs (one object a line). Default: text.");

    public static Option<LogWord?> Level() => Choice<LogWord?>("--log-level", "The least important messages to write; debug also names the class that speaks. Default: info.");

    /// <summary>The level that a word means.</summary>
    public static LogLevel? Of(LogWord? word) => word switch
    {
        LogWord.Trace => LogLevel.Trace,
        LogWord.Debug => LogLevel.Debug,
        LogWord.Info => LogLevel.Information,
        LogWord.Warn => LogLevel.Warning,
        LogWord.Error => LogLevel.Error,
        _ => null,
    };

    /// <summary>An option that takes one of a few words, in lower case; not given, it is the first of them, or nothing.</summary>
    public static Option<T> Choice<T>(string name, string description)
    {
        var words = Array.ConvertAll(Enum.GetNames(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)), word => word.ToLowerInvariant());
        var option = new Option<T>(name) { HelpName = string.Join('|', words), Description = description };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        option.CustomParser = result =>
        {
            var given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (Array.IndexOf(words, given.ToLowerInvariant()) is var place and >= 0)
            {
                return (T)Enum.ToObject(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), place);
            }

            result.AddError($"{name} is '{given}'; it can be {string.Join(", ", words[..^1])} or {words[^1]}.");
            return default;
        };
        return option;
    }
}
