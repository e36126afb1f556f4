using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>What <c>flume-ng agent</c> hands on to Java. It is taken off the command line first, because it follows no rule of options.</summary>
/// <param name="Others">The command line without them, long options with two dashes.</param>
/// <param name="Properties">Pairs of <c>-Dkey=value</c>.</param>
/// <param name="Ignored">What has no meaning here.</param>
internal sealed record JavaArguments(ImmutableArray<string> Others, ImmutableArray<(string Key, string Value)> Properties, ImmutableArray<string> Ignored)
{
    private const string RootLogger = "flume.root.logger";

    private static readonly string[] OfTheVirtualMachine = ["-X", "-javaagent", "-agentlib", "-agentpath"];

    /// <summary>The level that <c>-Dflume.root.logger=LEVEL,console</c> asks for.</summary>
    public LogLevel? LogLevel => Property(RootLogger)?.Split(',')[0].Trim().ToUpperInvariant() switch
    {
        "ALL" or "TRACE" => Microsoft.Extensions.Logging.LogLevel.Trace,
        "DEBUG" => Microsoft.Extensions.Logging.LogLevel.Debug,
        "INFO" => Microsoft.Extensions.Logging.LogLevel.Information,
        "WARN" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "ERROR" => Microsoft.Extensions.Logging.LogLevel.Error,
        "FATAL" => Microsoft.Extensions.Logging.LogLevel.Critical,
        "OFF" => Microsoft.Extensions.Logging.LogLevel.None,
        _ => null,
    };

    /// <summary>Splits a command line. Only <c>agent</c> has such arguments.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="longOptions">The long options of <c>agent</c>, with two dashes; Flume takes them with one as well.</param>
    public static JavaArguments Take(string[] args, IReadOnlyCollection<string> longOptions)
    {
        if (args is not ["agent", ..])
        {
            return new JavaArguments([.. args], [], []);
        }

        var others = ImmutableArray.CreateBuilder<string>();
        var properties = ImmutableArray.CreateBuilder<(string Key, string Value)>();
        var ignored = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg.StartsWith("-D", StringComparison.Ordinal) && arg.Length > 2)
            {
                var equals = arg.IndexOf('=', StringComparison.Ordinal);
                properties.Add(equals < 0 ? (arg[2..], string.Empty) : (arg[2..equals], arg[(equals + 1)..]));
            }
            else if (Array.Exists(OfTheVirtualMachine, start => arg.StartsWith(start, StringComparison.Ordinal)))
            {
                ignored.Add(arg);
            }
            else if (arg is "-C" or "--classpath")
            {
                ignored.Add(arg);
                i++;
            }
            else
            {
                others.Add(longOptions.Contains("-" + arg.Split('=')[0]) ? "-" + arg : arg);
            }
        }

        return new JavaArguments(others.DrainToImmutable(), properties.DrainToImmutable(), ignored.DrainToImmutable());
    }

    /// <summary>The last value that was given to a property; <see langword="null"/> when there is none.</summary>
    public string? Property(string key) => Properties.LastOrDefault(property => property.Key == key).Value;

    /// <summary>Says, one line each, what has no meaning here.</summary>
    public void ReportIgnored()
    {
        foreach (var arg in Ignored)
        {
            Messages.Info($"'{arg}' sets up a Java process and has no meaning here.");
        }

        foreach (var (key, value) in Properties)
        {
            if (key == RootLogger)
            {
                if (LogLevel is null)
                {
                    Messages.Info($"'{value}' names no log level; one of TRACE, DEBUG, INFO, WARN, ERROR is expected.");
                }
            }
            else if (key == "propertiesImplementation")
            {
                // What it switches on in Flume is always on here.
                Messages.Info($"'-D{key}' is not needed: ${{NAME}} in a value is the environment variable NAME here.");
            }
            else if (key.StartsWith("flume.monitoring.", StringComparison.Ordinal))
            {
                ReportMonitoring(key, value);
            }
            else
            {
                Messages.Info($"'-D{key}' has no meaning here, except as ${{sys:{key}}} in a value.");
            }
        }
    }

    // One line for all properties of the monitoring, at its type.
    private static void ReportMonitoring(string key, string value)
    {
        if (key == "flume.monitoring.type")
        {
            Messages.Info($"'-D{key}={value}': this version serves no metrics over the network; nothing listens. Counters are in the log once a minute.");
        }
    }
}
