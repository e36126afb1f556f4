using System.CommandLine;
using System.Globalization;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>Options that several commands have.</summary>
internal static class AgentOptions
{
    private const string DrainVariable = "FLAFKA_DRAIN_TIMEOUT";
    private const double DefaultDrain = 8; // 'docker stop' kills after 10
    private const double LongestSeconds = 86_400 * 20;

    public static Option<string> File(params string[] aliases) => new("-f", aliases) { Required = true, HelpName = "FILE", Description = "The configuration: Flume's properties or JSON." };

    /// <summary>The same; without it, the agents are those of the settings file in the working directory.</summary>
    public static Option<string> FileOrSettings() => new("-f", "--file")
    {
        HelpName = "FILE", Description = "The configuration: Flume's properties or JSON. Default: Flafka:Agents in appsettings.json here.", DefaultValueFactory = _ => "appsettings.json",
    };

    public static Option<string?> Name() => new("-n", "--name") { HelpName = "AGENT", Description = "The agent; may be left out when the file has one." };

    public static Option<string[]> Settings() => new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Wins over the file, for example a1.sinks.k1.batchSize=500. May be given several times.",
        DefaultValueFactory = _ => [],
    };

    public static Option<double?> UntilIdle() => Seconds("--until-idle", "Ends when there has been nothing to do for so long: no source knows of anything to read, no channel holds events.");

    public static Option<double?> DrainTimeout() => Seconds("--drain-timeout", $"How long a stop may take to deliver what is inside; default {DefaultDrain}, also {DrainVariable}.");

    /// <summary>The time for draining: the option, else the environment, else the default.</summary>
    /// <returns><see langword="null"/>, with a message, when the environment has no number.</returns>
    public static TimeSpan? DrainTime(double? option)
    {
        if (option is { } given)
        {
            return TimeSpan.FromSeconds(given);
        }

        var text = Environment.GetEnvironmentVariable(DrainVariable);
        if (string.IsNullOrWhiteSpace(text))
        {
            return TimeSpan.FromSeconds(DefaultDrain);
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Messages.Error($"{DrainVariable} is '{text}', which is not a number of seconds.");
        return null;
    }

    private static Option<double?> Seconds(string name, string description)
    {
        var option = new Option<double?>(name) { HelpName = "SECONDS", Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(double.TryParse(token.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestSeconds))
            {
                result.AddError($"{name} is '{token.Value}', which is not a number of seconds.");
            }
        });
        return option;
    }
}
