using System.Diagnostics;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>A Kafka broker of its own, the one that <c>scripts/kafka.sh</c> finds or starts.</summary>
internal sealed class BenchmarkBroker : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flafka-bench-").FullName;

    public BenchmarkBroker() => Servers = Call("start").Trim().Split('\n')[^1];

    public string Servers { get; }

    public void CreateTopic(string topic, int partitions) => Call("topic", topic, $"{partitions}");

    public void Dispose()
    {
        Call("stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Call(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("scripts/kafka.sh", arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["FLAFKA_KAFKA_DIR"] = Path.Combine(_folder, "kafka") },
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"scripts/kafka.sh {string.Join(' ', arguments)} failed.");
    }
}
