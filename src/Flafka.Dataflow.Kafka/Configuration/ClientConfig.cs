using System.Collections.Immutable;

namespace Flafka.Dataflow.Kafka;

/// <summary>The settings of a client in librdkafka's names, and what was to be said about the given ones.</summary>
internal sealed class ClientConfig
{
    private static readonly string[] SecretWords = ["password", "secret", "jaas", ".key.pem", "keystore.key", "token", "oauthbearer.config"];

    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    public IReadOnlyDictionary<string, string> Settings => _settings;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Consumers: a group without offsets starts at the end, which <see cref="StartPositions"/> does better than the client itself.</summary>
    public bool StartsAtEnd { get; set; }

    /// <summary>Sets what the component decides, whatever was given.</summary>
    public ClientConfig Force(string name, string value)
    {
        _settings[name] = value;
        return this;
    }

    /// <summary>Sets what holds unless something was given.</summary>
    public ClientConfig Default(string name, string value)
    {
        _settings.TryAdd(name, value);
        return this;
    }

    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>The settings for a log, ordered, secrets masked.</summary>
    public string Describe() => string.Join(
        ", ", _settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={(IsSecret(pair.Key) ? "***" : pair.Value)}"));

    /// <summary>Whether the value of a setting, in either spelling, must not be shown.</summary>
    public static bool IsSecret(string name) => Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    public ImmutableArray<KeyValuePair<string, string>> ToPairs() => [.. _settings];
}
