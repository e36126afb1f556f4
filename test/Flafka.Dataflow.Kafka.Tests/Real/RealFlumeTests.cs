using System.Diagnostics;
using System.Globalization;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>Apache Flume itself on the other side: <c>scripts/interop.sh</c> does the same with whole agents, and moves a group from one to the other.</summary>
[Category("RealKafka")]
[Category("RealFlume")]
[Parallelizable(ParallelScope.All)]
public class RealFlumeTests
{
    private const int Count = 500;
    private static readonly string[] Ways = ["channel", "raw", "avro"];

    [Test]
    public async Task What_Flume_writes_is_read_here_and_the_other_way_round()
    {
        var flume = Path.Combine(Peers.Require("flume", "FLAFKA_TEST_FLUME"), "flume");
        var kafka = RealKafkaSetUp.Kafka;
        using var folder = new TempFolder();
        var (theirs, ours) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var way in Ways)
        {
            theirs[way] = await kafka.NewTopicAsync(1);
            ours[way] = await kafka.NewTopicAsync(1);
            Directory.CreateDirectory(folder[way]);
        }

        var sinks = Ways.ToDictionary(way => way, _ => new Collected());
        await using var graph = Ours(kafka, theirs, ours, sinks);
        using var agent = Start(flume, folder, folder.Write("flume.conf", Theirs(kafka.Bootstrap, theirs, ours, folder)));
        try
        {
            await graph.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(
                () => sinks.Values.All(sink => sink.Events.Count >= Count) && Ways.All(way => Lines(folder[way]).Distinct().Count() >= Count),
                () => string.Join(", ", Ways.Select(way => $"{way}: {sinks[way].Events.Count} here, {Lines(folder[way]).Count()} there")) + File.ReadAllText(folder["flume.log"]));
        }
        finally
        {
            agent.Kill(entireProcessTree: true);
            await agent.WaitForExitAsync();
        }

        await graph.StopAsync(TimeSpan.FromSeconds(8));
        foreach (var way in Ways)
        {
            Assert.That(sinks[way].Texts, Is.EqualTo(Enumerable.Range(0, Count).Select(n => $"flume-{n}")), way);
            Assert.That(sinks[way].Events.Count(e => e.Headers.TryGet("k", out var value) && value == "v"), Is.EqualTo(way == "raw" ? 0 : Count), way);
            Assert.That(Lines(folder[way]).Select(line => line[(line.LastIndexOf(' ') + 1)..]), Is.EqualTo(Enumerable.Range(0, Count).Select(n => $"s-{n}")), way);
        }
    }

    private static AgentGraph Ours(RealKafka kafka, Dictionary<string, string> theirs, Dictionary<string, string> ours, Dictionary<string, Collected> sinks)
    {
        return new SimulatedGraph(AgentRuntime.System)
            .Channel("c1", Channel("c1", ours["channel"]))
            .Channel("c2", Channel("c2", theirs["channel"]))
            .Memory("c3", 1000).Memory("c4", 1000).Memory("c5", 1000).Memory("c6", 1000)
            .Source("r1", new RereadingSource("s", Count, () => 100), ("c1", false))
            .Source("r3", new RereadingSource("s", Count, () => 100), ("c3", true))
            .Source("r4", new RereadingSource("s", Count, () => 100), ("c4", true))
            .Source("r5", KafkaGraph.Source(kafka.Bootstrap, theirs["raw"], kafka.NewGroup()), ("c5", true))
            .Source("r6", KafkaGraph.Source(kafka.Bootstrap, theirs["avro"], kafka.NewGroup(), avro: true), ("c6", true))
            .Sink("k2", "c2", () => sinks["channel"])
            .Sink("k3", "c3", () => Sink(ours["raw"], isAvro: false))
            .Sink("k4", "c4", () => Sink(ours["avro"], isAvro: true))
            .Sink("k5", "c5", () => sinks["raw"])
            .Sink("k6", "c6", () => sinks["avro"])
            .Build();

        KafkaChannel Channel(string name, string topic) =>
            new(new KafkaChannelOptions { BootstrapServers = kafka.Bootstrap, Topic = topic, GroupId = kafka.NewGroup() }, KafkaGraph.Context(ComponentKind.Channel, name));

        KafkaSink Sink(string topic, bool isAvro) => KafkaGraph.Sink(new KafkaSinkOptions { BootstrapServers = kafka.Bootstrap, Topic = topic, UseFlumeEventFormat = isAvro });
    }

    private static string Theirs(string servers, Dictionary<string, string> theirs, Dictionary<string, string> ours, TempFolder folder)
    {
        var text = new List<string> { "a1.sources = w1 w2 w3 r2 r3", "a1.channels = c1 c2 c3 d1 d2 d3", "a1.sinks = k2 k3 f1 f2 f3" };
        for (var number = 1; number <= Ways.Length; number++)
        {
            var way = Ways[number - 1];
            Add(
                $"sources.w{number}", "type=exec", FormattableString.Invariant($"command=seq -f flume-%.0f 0 {Count - 1}"), $"channels=c{number}",
                "interceptors=i1", "interceptors.i1.type=static", "interceptors.i1.key=k", "interceptors.i1.value=v");
            Add($"sinks.f{number}", "type=file_roll", $"sink.directory={folder[way]}", "sink.rollInterval=0", "sink.serializer=HEADER_AND_TEXT", $"channel=d{number}");
            foreach (var (channel, topic) in new[] { ("c", theirs[way]), ("d", ours[way]) })
            {
                Add($"channels.{channel}{number}", way == "channel"
                    ? ["type=org.apache.flume.channel.kafka.KafkaChannel", $"kafka.bootstrap.servers={servers}", $"kafka.topic={topic}"]
                    : ["type=memory", "capacity=10000", "transactionCapacity=1000"]);
            }

            if (way != "channel")
            {
                string[] both = [$"kafka.bootstrap.servers={servers}", $"useFlumeEventFormat={(way == "avro" ? "true" : "false")}"];
                Add($"sinks.k{number}", [.. both, "type=org.apache.flume.sink.kafka.KafkaSink", $"kafka.topic={theirs[way]}", $"channel=c{number}"]);
                Add($"sources.r{number}", [.. both, "type=org.apache.flume.source.kafka.KafkaSource", $"kafka.topics={ours[way]}", $"channels=d{number}", "kafka.consumer.auto.offset.reset=earliest", $"kafka.consumer.group.id={ours[way]}"]);
            }
        }

        return string.Join('\n', text) + "\n";

        void Add(string component, params ReadOnlySpan<string> settings)
        {
            foreach (var setting in settings)
            {
                text.Add(string.Create(CultureInfo.InvariantCulture, $"a1.{component}.{setting}"));
            }
        }
    }

    private static Process Start(string flume, TempFolder folder, string configuration)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec '{flume}' agent -n a1 -f '{configuration}' > '{folder["flume.log"]}' 2>&1"]) { WorkingDirectory = folder.Path };
        start.Environment["FLUME_HEAP"] = "256m";
        return Process.Start(start)!;
    }

    private static IEnumerable<string> Lines(string folder) =>
        [.. Directory.EnumerateFiles(folder).SelectMany(File.ReadLines).Where(line => line.Contains("s-", StringComparison.Ordinal))];
}
