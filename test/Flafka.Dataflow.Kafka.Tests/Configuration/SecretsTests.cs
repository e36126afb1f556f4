using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Configuration;

/// <summary>Every setting that holds a secret, given to a source, a sink and a channel that run and fail: no line and no state shows it, at any level.</summary>
[Parallelizable(ParallelScope.All)]
public class SecretsTests
{
    private const string Secret = "tell-nobody";

    private static readonly Dictionary<string, string>[] Logins =
    [
        Login(("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "PLAIN"), ("sasl.jaas.config", $"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"{Secret}\";")),
        Login(("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "SCRAM-SHA-256"), ("sasl.username", "u"), ("sasl.password", Secret)),
        Login(("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "PLAIN"), ("sasl.jaas.config", $"broken \"{Secret}")),
        Login(
            ("ssl.key.password", Secret), ("ssl.keystore.password", Secret), ("ssl.truststore.password", Secret), ("ssl.key.pem", Secret), ("ssl.keystore.key", Secret),
            ("sasl.oauthbearer.client.secret", Secret), ("sasl.oauthbearer.config", $"secret={Secret}")),
    ];

    [Test]
    public async Task No_secret_is_shown([Range(0, 3)] int login)
    {
        const string nowhere = "127.0.0.1:9";
        var logs = new RecordingLoggers();
        var settings = Logins[login];
        var ends = new List<string>();
        var channel = new KafkaChannel(
            new KafkaChannelOptions { BootstrapServers = nowhere, Topic = "t", Consumer = settings, Producer = settings }, KafkaGraph.Context(ComponentKind.Channel, "c2", logs));
        var source = KafkaGraph.Source(nowhere, "t", "g", loggers: logs, consumer: [.. settings.Select(pair => (pair.Key, pair.Value))]);
        var sink = KafkaGraph.Sink(new KafkaSinkOptions { BootstrapServers = nowhere, Topic = "t", Producer = settings }, logs);
        await using var graph = new SimulatedGraph(AgentRuntime.System, logs)
            .Memory("c1", 1000)
            .Channel("c2", channel)
            .Source("r1", source, ("c1", true))
            .Source("r2", new RereadingSource("s", 10, () => 10), ("c1", true))
            .Source("r3", new RereadingSource("s", 10, () => 10), ("c2", true))
            .Sink("k1", "c1", () => sink)
            .Sink("k2", "c2", () => new Collected())
            .Build();
        await StartAsync(graph, ends);
        await Wait.UntilAsync(() => graph.Health.Any(health => health.Problem is not null) || ends.Count > 0, () => string.Join('\n', logs.Texts));
        ends.AddRange(graph.Health.Select(health => $"{health.Problem}"));
        await graph.StopAsync(TimeSpan.FromMilliseconds(100));
        Assert.That(ends.Concat(logs.Texts).Where(line => line.Contains(Secret, StringComparison.Ordinal)), Is.Empty);
        Assert.That(logs.Texts, Has.Some.Contains("starts a producer with").And.Some.Contains("starts a consumer with"));
    }

    // A client may refuse its settings at the start.
    private static async Task StartAsync(AgentGraph graph, List<string> ends)
    {
        try
        {
            await graph.StartAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            ends.Add(failure.ToString());
        }
    }

    private static Dictionary<string, string> Login(params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var login = new Dictionary<string, string>();
        foreach (var (name, value) in settings)
        {
            login[name] = value;
        }

        return login;
    }
}
