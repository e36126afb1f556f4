using System.Collections;
using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>Writes bound options the way a configuration would. Secrets are masked.</summary>
internal static class OptionText
{
    /// <summary>What is printed in the place of a secret.</summary>
    public const string Masked = "***";

    private static readonly string[] SecretWords = ["password", "passphrase", "secret", "jaas", "token", "credential", "keytab", "ssl.key.pem", "keystore.key", "oauthbearer.config"];

    /// <summary>The options that differ from their defaults, as key and value.</summary>
    public static IEnumerable<(string Key, string Value)> Changed(ComponentDescriptor descriptor, object options)
    {
        foreach (var option in descriptor.Options.Where(option => option.Ignored is null && option.Member is not null))
        {
            var value = option.Member!.GetValue(options);
            if (value is ComponentChoice choice)
            {
                if (!string.Equals(choice.TypeName, ((ComponentChoice)option.Default!).TypeName, StringComparison.OrdinalIgnoreCase))
                {
                    yield return (option.Key, choice.TypeName);
                }

                if (choice.Bound is { } bound)
                {
                    foreach (var (key, text) in Changed(bound.Descriptor, bound.Options))
                    {
                        yield return ($"{option.Key}.{key}", text);
                    }
                }
            }
            else if (value is IEnumerable<KeyValuePair<string, string>> map)
            {
                // Dictionaries have an order of their own in every process.
                foreach (var (key, text) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    yield return (option.Key + key, option.IsSecret || IsSecret(key) ? Masked : OneLine.Escape(text));
                }
            }
            else if (Of(option, value) is var now && now != Of(option, option.Default))
            {
                yield return (option.Key, option.IsSecret ? Masked : OneLine.Escape(now));
            }
        }
    }

    /// <summary>A value as a configuration writes it.</summary>
    public static string Of(OptionDescriptor option, object? value) => value switch
    {
        null => string.Empty,
        bool yes => yes ? "true" : "false",
        Enum one => ValueConverters.Form(one),
        TimeSpan time => Duration(time, option.Unit),
        string text => text,
        IEnumerable items => string.Join(string.IsNullOrWhiteSpace(option.Separator) ? " " : option.Separator, items.Cast<object>()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    /// <summary>Whether a key names a secret by its words: passwords of a client library stand in maps that are handed on to it.</summary>
    public static bool IsSecret(string key) => SecretWords.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Duration(TimeSpan time, string? unit)
    {
        var number = unit switch
        {
            "ms" => time.TotalMilliseconds,
            "s" => time.TotalSeconds,
            "m" or "min" => time.TotalMinutes,
            "h" => time.TotalHours,
            _ => time.TotalDays,
        };
        return number.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
