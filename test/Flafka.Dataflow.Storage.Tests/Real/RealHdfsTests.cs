using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Real;

/// <summary>The sink on a real HDFS. The longer campaigns are in <c>scripts/hdfs-faults.sh</c>.</summary>
[Category("RealHdfs"), NonParallelizable]
public class RealHdfsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private TempFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    private static RealHdfs Hdfs => RealHdfsSetUp.OwnHdfs();

    private static Uri NameNode => new(Hdfs.Root);

    // Numbered events with an hour each; "half" is called when half of them are handed over.
    private AgentGraph Agent(string path, CommitMode commit, int events, Func<Task>? half, string? nameNodes, TaskCompletionSource sent) => FlafkaGraph.Create("a1")
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
            ("hdfs.path", Hdfs.Root + path + "/%{hour}"), ("hdfs.fileType", "DataStream"), ("hdfs.commit", commit == CommitMode.File ? "file" : "batch"),
            ("hdfs.batchSize", "500"), ("hdfs.rollCount", "2000"), ("hdfs.rollSize", "0"), ("hdfs.rollInterval", "2"), ("hdfs.retryInterval", "2"),
            ("hdfs.webhdfsAddress", nameNodes ?? NameNode.Authority), ("hdfs.stateDir", _folder["state"]))
        .Build();

    private async Task RunAsync(string path, CommitMode commit, int events, Func<Task>? half = null, string? nameNodes = null)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var graph = Agent(path, commit, events, half, nameNodes, sent);
        await graph.StartAsync(CancellationToken.None);
        await sent.Task.WaitAsync(Limit);
        var result = await graph.StopAsync(Limit);
        Assert.That(result.Drained, Is.True);
        AssertWhole(path, events);
    }

    private static void AssertWhole(string path, int events)
    {
        var lines = Lines(path);
        Assert.That(lines.Distinct().Count(), Is.EqualTo(events), "nothing is missing");
        Assert.That(lines, Has.Length.EqualTo(events), "nothing is there twice");
        Assert.That(Hdfs.Do("list", path), Does.Not.Contain(".tmp"));
        Assert.That(Hdfs.Do("fsck", path).Trim(), Is.EqualTo("clean"));
    }

    // The finished files, read without our client.
    private static string[] Lines(string path)
    {
        using var http = new HttpClient { Timeout = Limit };
        string Get(string file, string operation) =>
            http.GetStringAsync(new Uri($"{Hdfs.Root.Replace("webhdfs:", "http:", StringComparison.Ordinal)}/webhdfs/v1{file}?op={operation}&user.name=test")).GetAwaiter().GetResult();
        string[] Names(string folder) =>
        [
            .. JsonDocument.Parse(Get(folder, "LISTSTATUS")).RootElement.GetProperty("FileStatuses").GetProperty("FileStatus").EnumerateArray()
                .Select(status => $"{folder}/{status.GetProperty("pathSuffix").GetString()}"),
        ];
        return [.. Names(path).SelectMany(Names).Where(static name => !name.EndsWith(".tmp", StringComparison.Ordinal))
            .SelectMany(name => Get(name, "OPEN").Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    [Test]
    public Task Events_go_into_hourly_folders_once([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit) =>
        RunAsync(Hdfs.NewFolder(), commit, 24_000);

    [Test]
    public async Task A_rename_that_is_cut_off_costs_nothing_and_doubles_nothing(
        [Values(Cut.BeforeRequest, Cut.BeforeAnswer)] Cut cut, [Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        var files = new ConcurrentDictionary<string, bool>();
        await using var proxy = new CuttingProxy(
            NameNode.Port, request => request.Contains("op=RENAME", StringComparison.Ordinal) && files.TryAdd(request, true) ? cut : Cut.None);
        await RunAsync(Hdfs.NewFolder(), commit, 2_000, nameNodes: proxy.Address);
        Assert.That(files, Has.Count.EqualTo(20), "one file in each of twenty folders");
    }

    [Test]
    public async Task The_twin_goes_on_when_the_name_node_is_gone_in_mid_file([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        var asked = 0;
        var first = new CuttingProxy(NameNode.Port, _ => Cut.None);
        await using var twin = new CuttingProxy(NameNode.Port, _ =>
        {
            Interlocked.Increment(ref asked);
            return Cut.None;
        });
        await RunAsync(
            Hdfs.NewFolder(),
            commit,
            4_000,
            () =>
            {
                Assert.That(asked, Is.Zero, "while the first one answers");
                return first.DisposeAsync().AsTask();
            },
            $"{first.Address},{twin.Address}");
        Assert.That(asked, Is.Positive);
    }

    [Test]
    public Task A_data_node_killed_in_mid_file_costs_nothing() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 12_000, static () =>
    {
        Hdfs.Do("kill", "datanode1");
        Hdfs.Do("restart", "datanode1");
        return Task.CompletedTask;
    });

    [Test]
    public Task A_name_node_killed_in_mid_file_costs_nothing() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 12_000, static () =>
    {
        Hdfs.Do("kill", "namenode");
        Hdfs.Do("restart", "namenode");
        return Task.CompletedTask;
    });

    [Test]
    public Task Safe_mode_is_waited_for() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 6_000, static () =>
    {
        Hdfs.Do("safemode", "enter");
        Hdfs.Do("safemode", "leave");
        return Task.CompletedTask;
    });
}
