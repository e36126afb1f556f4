using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>A real broker for one run of tests, the one that <c>scripts/kafka.sh</c> finds or starts.</summary>
internal sealed class RealKafka : IDisposable
{
    public const string Missing = "needs a Kafka broker: set FLAFKA_TEST_BOOTSTRAP=HOST:PORT, or KAFKA_HOME";

    /// <summary>Of user <c>test</c>.</summary>
    public const string Password = "test-secret";

    private const int NoBroker = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly string _script;
    private readonly TempFolder _folder;
    private int _number;

    private RealKafka(string bootstrap, string script, TempFolder folder)
    {
        (Bootstrap, _script, _folder) = (bootstrap, script, folder);
        Status = Run(script, folder["kafka"], "status").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[^1]);
    }

    public string Bootstrap { get; }

    /// <summary>What <c>scripts/kafka.sh status</c> says: <c>ssl</c>, <c>sasl</c>, <c>dir</c> and more, as far as the broker has them.</summary>
    public IReadOnlyDictionary<string, string> Status { get; }

    /// <summary>Finds or starts a broker; <see langword="null"/> when there is none to be had.</summary>
    public static RealKafka? TryStart()
    {
        var script = Script();
        var folder = new TempFolder();
        var isPlain = Environment.GetEnvironmentVariable("FLAFKA_TEST_BOOTSTRAP") is { Length: > 0 };
        var home = Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } given ? given : Path.Combine(Path.GetDirectoryName(script)!, "../../shared/peers/kafka");
        isPlain |= !File.Exists(Path.Combine(home, "kafka"));
        var (code, output) = Run(script, folder["kafka"], isPlain ? ["start"] : ["start", "--sasl", "--tls", "--auto-create", "false"]);
        if (code == NoBroker)
        {
            folder.Dispose();
            return null;
        }

        return code == 0
            ? new RealKafka(output.Trim().Split('\n')[^1].Trim(), script, folder)
            : throw new InvalidOperationException("scripts/kafka.sh start failed.");
    }

    /// <summary>Ends the broker by kill -9.</summary>
    public void Kill() => Run("kill");

    /// <summary>Starts it again.</summary>
    public void Restart() => Run("restart");

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

    public string NewGroup() => $"flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";

    public async Task<string> NewTopicAsync(int partitions)
    {
        var topic = $"flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        return topic;
    }

    /// <summary>Deletes a topic and makes it again, with one partition, after a while.</summary>
    public async Task RemakeAsync(string topic, TimeSpan pause)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();
        await admin.DeleteTopicsAsync([topic]);
        await Task.Delay(pause, TimeProvider.System);
        await Wait.UntilAsync(() => TryCreate(admin, topic), () => "not made again");
    }

    public void Dispose()
    {
        Run("stop");
        _folder.Dispose();
    }

    private static bool TryCreate(IAdminClient admin, string topic)
    {
        try
        {
            admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
            return true;
        }
        catch (CreateTopicsException)
        {
            return false; // its deletion is still under way
        }
    }

    private void Run(string command)
    {
        if (Run(_script, _folder["kafka"], command).Code != 0)
        {
            throw new InvalidOperationException($"scripts/kafka.sh {command} failed.");
        }
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flafka.Dataflow.sln")))
            {
                return Path.Combine(folder.FullName, "scripts", "kafka.sh");
            }
        }

        throw new InvalidOperationException("The tests run outside of the project.");
    }

    private static (int Code, string Output) Run(string script, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true, Environment = { ["FLAFKA_KAFKA_DIR"] = folder } })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{script} {string.Join(' ', arguments)} did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult());
    }
}
