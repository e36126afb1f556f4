using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>
/// A real broker for one run of tests: the one that FLAFKA_TEST_BOOTSTRAP names, else one started from the Kafka that KAFKA_HOME names, else from the
/// folder shared/peers/kafka beside the project.
/// </summary>
internal sealed class RealKafka : IDisposable
{
    public const string Missing = "needs a Kafka broker: set FLAFKA_TEST_BOOTSTRAP=HOST:PORT, or KAFKA_HOME";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly Action _stop;
    private int _number;

    private RealKafka(string bootstrap, Action stop) => (Bootstrap, _stop) = (bootstrap, stop);

    public string Bootstrap { get; }

    /// <summary>Finds or starts a broker; <see langword="null"/> when there is none to be had.</summary>
    public static RealKafka? TryStart()
    {
        if (Environment.GetEnvironmentVariable("FLAFKA_TEST_BOOTSTRAP") is { Length: > 0 } servers)
        {
            return new RealKafka(servers, static () => { });
        }

        var home = Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } given ? given : Beside();
        return home is null || !Directory.Exists(home) ? null
            : File.Exists(Path.Combine(home, "kafka")) ? StartByScript(Path.Combine(home, "kafka"))
            : StartDistribution(home);
    }

    public string NewGroup() => $"flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";

    public async Task<string> NewTopicAsync(int partitions)
    {
        var topic = $"flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        return topic;
    }

    public void Dispose() => _stop();

    private static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flafka.Dataflow.sln")))
            {
                return folder.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "peers", "kafka") : null;
            }
        }

        return null;
    }

    private static RealKafka StartByScript(string script)
    {
        var folder = new TempFolder();
        var output = Run(script, "start", "--dir", folder["kafka"], "--port", "0");
        return new RealKafka(output.Trim().Split('\n')[^1].Trim(), () =>
        {
            Run(script, "clean", "--dir", folder["kafka"]);
            folder.Dispose();
        });
    }

    // What Apache's archive holds: one process as broker and controller.
    private static RealKafka StartDistribution(string home)
    {
        var folder = new TempFolder();
        var (port, controller) = (FreePort(), FreePort());
        var properties = folder.Write("server.properties", $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
            advertised.listeners=PLAINTEXT://127.0.0.1:{port}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            log.dirs={folder["data"]}
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            group.initial.rebalance.delay.ms=0
            """);
        Run(Path.Combine(home, "bin", "kafka-storage.sh"), "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", properties);
        var server = Process.Start(new ProcessStartInfo(Path.Combine(home, "bin", "kafka-server-start.sh"), [properties]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.OutputDataReceived += static (_, _) => { };
        server.ErrorDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        var kafka = new RealKafka($"127.0.0.1:{port}", () =>
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
            server.Dispose();
            folder.Dispose();
        });
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Bootstrap }).Build();
        admin.GetMetadata(StartLimit);
        return kafka;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(StartLimit) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
        }

        return output.GetAwaiter().GetResult();
    }
}
