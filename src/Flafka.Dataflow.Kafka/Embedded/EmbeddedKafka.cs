using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Kafka without a server, for demonstrations: <c>kafka.bootstrap.servers = embedded:NAME</c>. All sources and sinks of the process that say the same
/// name share one cluster, which starts with the first of them and ends with the process.
/// </summary>
internal static partial class EmbeddedKafka
{
    private const string Scheme = "embedded:";
    private const int Partitions = 4; // as of topics that are only written to
    private static readonly Lock Sync = new();
    private static readonly Dictionary<string, MockCluster> Clusters = new(StringComparer.Ordinal);

    /// <summary>Whether servers are written in this form.</summary>
    public static bool IsNamedBy(string servers) => servers.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The servers to connect to: what is written, or where the embedded cluster listens, which is started when it does not run yet.</summary>
    /// <param name="servers">The servers as configured.</param>
    /// <param name="log">Told of a start.</param>
    /// <param name="read">Topics that are going to be read: an embedded cluster makes them, as reading makes no topic appear there.</param>
    public static string Resolve(string servers, ILogger log, IReadOnlyList<string>? read = null)
    {
        if (!IsNamedBy(servers))
        {
            return servers;
        }

        lock (Sync)
        {
            var name = servers[Scheme.Length..].Trim();
            if (!Clusters.TryGetValue(name, out var cluster))
            {
                Clusters[name] = cluster = new MockCluster();
                Started(log, name, cluster.Bootstrap);
            }

            foreach (var topic in (read ?? []).Where(static topic => !topic.StartsWith('^')))
            {
                cluster.CreateTopic(topic, Partitions, mayExist: true);
            }

            return cluster.Bootstrap;
        }
    }

    /// <summary>The running cluster of a name, for tests.</summary>
    internal static MockCluster? Find(string name)
    {
        lock (Sync)
        {
            return Clusters.GetValueOrDefault(name);
        }
    }

    [LoggerMessage(
        KafkaEventIds.EmbeddedStarted, LogLevel.Warning,
        "Embedded Kafka '{Name}' listens on {Bootstrap}. It is for demonstrations: it keeps about 5 MB per partition and drops older records in silence, nothing survives the process, topics appear when they are used, with 4 partitions.")]
    private static partial void Started(ILogger log, string name, string bootstrap);
}
