using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>A real broker for one run of tests, the one that <c>scripts/kafka.sh</c> finds or starts.</summary>
internal sealed class RealKafka : RealServer
{
    public const string Missing = "needs a Kafka broker: set FLAFKA_TEST_BOOTSTRAP=HOST:PORT, or KAFKA_HOME";

    /// <summary>Of user <c>test</c>.</summary>
    public const string Password = "test-secret";

    private RealKafka()
        : base("kafka.sh", "FLAFKA_KAFKA_DIR", TimeSpan.FromSeconds(90))
    {
    }

    public string Bootstrap => Address;

    /// <summary>What <c>scripts/kafka.sh status</c> says: <c>ssl</c>, <c>sasl</c>, <c>dir</c> and more, as far as the broker has them.</summary>
    public IReadOnlyDictionary<string, string> Status =>
        field ??= Do("status").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[^1]);

    /// <summary>Whether there is only the user's own broker, which tests neither end nor start.</summary>
    public static bool IsGiven => Environment.GetEnvironmentVariable("FLAFKA_TEST_BOOTSTRAP") is { Length: > 0 };

    /// <summary>Whether brokers can be started with options, which the script of ../shared/peers knows alone.</summary>
    public static bool HasOptions
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } given ? given : Path.Combine(Scripts, "../../shared/peers/kafka");
            return !IsGiven && File.Exists(Path.Combine(home, "kafka"));
        }
    }

    /// <summary>Finds or starts a broker; <see langword="null"/> when there is none to be had.</summary>
    /// <param name="options">Options of its start, if it <see cref="HasOptions"/>.</param>
    public static RealKafka? TryStart(params string[] options)
    {
        var kafka = new RealKafka();
        return kafka.Begin(HasOptions ? options : []) ? kafka : null;
    }

    /// <summary>Ends a broker by kill -9.</summary>
    public void Kill(int broker = 1) => Do("kill", $"{broker}");

    /// <summary>Starts it again.</summary>
    public void Restart(int broker = 1) => Do("restart", $"{broker}");

    /// <summary>A listener's address and the settings of a Java client for it.</summary>
    /// <param name="listener"><c>ssl</c>, <c>sasl</c> or <c>sasl_ssl</c>.</param>
    /// <param name="mechanism"><c>PLAIN</c> or one of SCRAM; nothing for a listener without login.</param>
    /// <param name="password">The password to log in with.</param>
    public (string Servers, Dictionary<string, string> Settings) Client(string listener, string? mechanism, string password = Password)
    {
        var settings = new Dictionary<string, string> { ["security.protocol"] = listener == "sasl" ? "SASL_PLAINTEXT" : listener.ToUpperInvariant() };
        if (listener != "sasl")
        {
            settings["ssl.truststore.type"] = "PEM";
            settings["ssl.truststore.location"] = Path.Combine(Status["dir"], "tls", "ca.pem");
        }

        if (mechanism is not null)
        {
            var module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            settings["sasl.mechanism"] = mechanism;
            settings["sasl.jaas.config"] = $"org.apache.kafka.common.security.{module} required username=\"test\" password=\"{password}\";";
        }

        return (Status[listener], settings);
    }

    public string NewGroup() => NewName();

    /// <summary>Makes a topic.</summary>
    /// <param name="partitions">How many partitions it has.</param>
    /// <param name="replicas">The brokers that have each of them, the first of which leads; otherwise the brokers choose.</param>
    public async Task<string> NewTopicAsync(int partitions, params int[] replicas)
    {
        var topic = NewName();
        using var admin = Admin();
        await admin.CreateTopicsAsync([Specification(topic, partitions, replicas)]);
        return topic;
    }

    /// <summary>Deletes a topic and makes it again, with one partition, after a while.</summary>
    public async Task RemakeAsync(string topic, TimeSpan pause, Action? whileGone = null, params int[] replicas)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([topic]);
        await Task.Delay(pause, TimeProvider.System);
        whileGone?.Invoke();
        await Wait.UntilAsync(() => TryCreate(admin, Specification(topic, 1, replicas)), () => "not made again");
    }

    /// <summary>The broker that leads a topic's first partition.</summary>
    public int Leader(string topic)
    {
        using var admin = Admin();
        return admin.GetMetadata(topic, TimeSpan.FromSeconds(5)).Topics[0].Partitions[0].Leader;
    }

    /// <summary>The end of a topic's first partition.</summary>
    public long End(string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = "reader" }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(20)).High;
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();

    private static TopicSpecification Specification(string topic, int partitions, int[] replicas) => replicas.Length == 0
        ? new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }
        : new() { Name = topic, NumPartitions = partitions, ReplicasAssignments = Enumerable.Range(0, partitions).ToDictionary(number => number, _ => replicas.ToList()) };

    private static bool TryCreate(IAdminClient admin, TopicSpecification topic)
    {
        try
        {
            admin.CreateTopicsAsync([topic]).GetAwaiter().GetResult();
            return true;
        }
        catch (CreateTopicsException)
        {
            return false; // its deletion is still under way
        }
    }
}
