using Flafka.Dataflow.Storage.Formats.Parquet;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.Storage.Tests.Hdfs;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Parquet;

/// <summary>Parquet in the hdfs sink: nothing counts before its file is finished.</summary>
public class ParquetSinkTests
{
    private static readonly string[] Bodies = [.. Enumerable.Range(0, 5000).Select(i => $"event {i}")];

    [Test]
    public void Events_are_committed_with_the_file_that_has_them()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench), async sink =>
        {
            var lease = new LentEvents(HdfsBench.Events(Bodies));
            await sink.AcceptAsync(lease, CancellationToken.None);
            Assert.That(lease.Committed, Has.Length.LessThanOrEqualTo(4000));
            Assert.That(bench.Files().Count(file => !file.EndsWith(".tmp", StringComparison.Ordinal)), Is.LessThanOrEqualTo(2), "what is visible is whole");
            await FinishAsync(bench, sink, lease);
            Assert.That(lease.Committed, Has.Length.EqualTo(5000));
        });
        AssertRead(bench.Files(), Bodies);
    }

    [Test]
    public void A_disk_that_fails_leaves_no_file_that_cannot_be_read()
    {
        using var bench = new HdfsBench();
        var random = new Random(5);
        bench.Run(Options(bench), async sink =>
        {
            bench.Storage.TearsAt = path => path.Contains("FlumeData", StringComparison.Ordinal) && random.Next(2) == 0 ? random.Next(4000) : null;
            var events = HdfsBench.Events(Bodies);
            for (var attempt = 0; events.Length > 0; attempt++)
            {
                var lease = new LentEvents(events);
                await sink.AcceptAsync(lease, CancellationToken.None);
                await FinishAsync(bench, sink, lease);
                events = lease.Returned;
                Assert.That(attempt, Is.LessThan(100));
            }
        });
        AssertRead(bench.Files(), Bodies);
    }

    [Test]
    public void A_file_that_a_kill_left_is_deleted_at_the_next_start()
    {
        using var bench = new HdfsBench();
        bench.Scheduler.Run(async () =>
        {
            var sink = bench.Sink(Options(bench));
            await sink.StartAsync(CancellationToken.None);
            await sink.AcceptAsync(new LentEvents(HdfsBench.Events("lost")), CancellationToken.None);
            Assert.That(bench.Files(), Has.Count.EqualTo(1));
            bench.Storage.Before = static (_, _) => throw new IOException("Killed.");
            await sink.StopAsync(new CancellationToken(canceled: true)); // lets go of handles and lock, as the system does
            bench.Storage.Before = null;
        });
        bench.Run(Options(bench), _ => Task.CompletedTask);
        Assert.That(bench.Files(), Is.Empty);
    }

    [TestCase("", "auto, as parquet files cannot be read before they are finished")]
    [TestCase("a1.sinks.k1.hdfs.commit = file", "file")]
    public void The_sink_commits_by_file_without_being_told(string key, string why)
    {
        var (options, _) = Compile(key);
        Assert.That(((HdfsSinkOptions)options!).Decide(null), Is.EqualTo((CommitMode.File, why)));
    }

    [TestCase("a1.sinks.k1.hdfs.commit = batch", "FLK3045", "this sink commits batch by batch")]
    [TestCase("a1.sinks.k1.hdfs.fileType = CompressedStream\na1.sinks.k1.hdfs.codeC = gzip", "FLK2009", "are compressed within")]
    public void What_would_lose_events_or_gain_nothing_is_an_error(string key, string code, string why)
    {
        var (options, found) = Compile(key);
        Assert.That(options, Is.Null);
        Assert.That(found, Has.Some.Contains(code).And.Contains(why));
    }

    private static (object? Options, IReadOnlyList<string> Diagnostics) Compile(string key) => CompiledPlan.Options(
        $"""
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = seq
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.sinks.k1.type = hdfs
        a1.sinks.k1.channel = c1
        a1.sinks.k1.hdfs.path = file:/out
        {(key.Contains("fileType", StringComparison.Ordinal) ? "" : "a1.sinks.k1.hdfs.fileType = DataStream")}
        a1.sinks.k1.serializer = parquet
        a1.sinks.k1.serializer.columns = host,timestamp:timestamp
        {key}
        """,
        "k1", typeof(HdfsSink).Assembly);

    private static HdfsSinkOptions Options(HdfsBench bench) =>
        bench.Options(count: 2000, retry: 1, commit: CommitMode.File, serializer: static () => new ParquetSerializer(new ParquetSerializerOptions { Body = ParquetBody.String }));

    private static async Task FinishAsync(HdfsBench bench, HdfsSink sink, LentEvents lease)
    {
        await sink.FlushAsync(CancellationToken.None);
        for (var i = 0; i < 1000 && !lease.IsSettled; i++)
        {
            await bench.Wait(0.1);
        }

        Assert.That(lease.IsSettled, Is.True);
    }

    private static void AssertRead(IReadOnlyList<string> files, string[] bodies)
    {
        var rows = ForeignReaders.Read([.. files.Select(path => new ForeignFile("duckdb", path))]);
        Assert.That(rows.SelectMany(row => row).Select(row => row![1]!.GetValue<string>()[1..]).Order(StringComparer.Ordinal), Is.EqualTo(bodies.Order(StringComparer.Ordinal)));
    }
}
