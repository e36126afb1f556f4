using System.Globalization;
using System.Text.Json;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Real;

/// <summary>An agent that writes to the real HDFS, and a look at what it wrote.</summary>
[Category("RealHdfs")]
public abstract class RealHdfsFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private TempFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    protected static RealHdfs Hdfs => RealHdfsSetUp.OwnHdfs();

    // Numbered events with an hour each; "half" is called when half of them are handed over.
    private AgentGraph Agent(string path, CommitMode commit, int events, Func<Task>? half, TaskCompletionSource sent, (string Key, string Value)[] keys) => FlafkaGraph.Create("a1")
        .AddComponentsFrom(typeof(HdfsSink).Assembly)
        .Source(
            "r1",
            async (output, stopping) =>
            {
                for (var first = 0; first < events; first += 500)
                {
                    if (first == events / 2 && half is not null)
                    {
                        await half();
                    }

                    var batch = Enumerable.Range(first, 500).Select(static number => FlumeEvent.FromText(
                        number.ToString("D7", CultureInfo.InvariantCulture), EventHeaders.Create(("hour", $"{number / 100 % 24:D2}"))));
                    while (!(await output.DeliverAsync([.. batch], stopping)).IsDelivered)
                    {
                        await Task.Yield(); // the channel is full
                    }
                }

                sent.TrySetResult();
            },
            to: ["c1"])
        .Channel("c1", "memory", ("capacity", "20000"), ("transactionCapacity", "1000"), ("keep-alive", "60"))
        .Sink(
            "k1", "c1", "hdfs",
            [("hdfs.path", Hdfs.Root + path + "/%{hour}"), ("hdfs.fileType", "DataStream"), ("hdfs.commit", commit == CommitMode.File ? "file" : "batch"),
            ("hdfs.batchSize", "500"), ("hdfs.rollCount", "2000"), ("hdfs.rollSize", "0"), ("hdfs.rollInterval", "2"), ("hdfs.retryInterval", "2"),
            ("hdfs.stateDir", _folder["state"]), .. keys])
        .Build();

    protected async Task RunAsync(string path, CommitMode commit, int events, Func<Task>? half = null, params (string Key, string Value)[] keys)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var graph = Agent(path, commit, events, half, sent, keys);
        await graph.StartAsync(CancellationToken.None);
        await sent.Task.WaitAsync(Limit);
        var result = await graph.StopAsync(Limit);
        Assert.That(result.Drained, Is.True);
        AssertWhole(path, events);
    }

    private static void AssertWhole(string path, int events)
    {
        using var http = new HttpClient { BaseAddress = Hdfs.NameNode, Timeout = Limit };
        var files = Names(http, path).SelectMany(folder => Names(http, folder)).ToList();
        Assert.That(files, Has.None.EndsWith(".tmp"));
        string[] lines = [.. files.SelectMany(file => Get(http, file, "OPEN").Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.That(lines.Distinct().Count(), Is.EqualTo(events), "nothing is missing");
        Assert.That(lines, Has.Length.EqualTo(events), "nothing is there twice");
        var check = http.GetStringAsync(new Uri($"/fsck?ugi=test&openforwrite=1&path={path}", UriKind.Relative)).GetAwaiter().GetResult();
        Assert.That(check, Does.Contain("is HEALTHY").And.Not.Contain("OPENFORWRITE"));
    }

    // Read without our client.
    private static string Get(HttpClient http, string path, string operation) =>
        http.GetStringAsync(new Uri($"/webhdfs/v1{path}?op={operation}&user.name=test", UriKind.Relative)).GetAwaiter().GetResult();

    private static IEnumerable<string> Names(HttpClient http, string folder) =>
        JsonDocument.Parse(Get(http, folder, "LISTSTATUS")).RootElement.GetProperty("FileStatuses").GetProperty("FileStatus").EnumerateArray()
            .Select(status => $"{folder}/{status.GetProperty("pathSuffix").GetString()}");
}
