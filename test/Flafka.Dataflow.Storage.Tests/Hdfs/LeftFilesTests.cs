using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>On HDFS; files of the local disk are finished by the program's own tests.</summary>
public class LeftFilesTests
{
    private static List<LeftFile> Finish(Action<ScriptedCluster> prepare, out ScriptedCluster cluster, bool isDryRun = false)
    {
        var scheduler = new SimulatedScheduler(1);
        var made = cluster = new ScriptedCluster(scheduler.Runtime.Time);
        prepare(cluster);
        using var client = new WebHdfsClient(scheduler.Runtime, new WebHdfsSettings([new Uri("http://nn:9870")], TimeSpan.FromSeconds(30)) { User = "flume" }, made);
        var options = new LeftFileOptions(DateTimeOffset.FromUnixTimeMilliseconds(2000), IsDryRun: isDryRun);
        var found = new List<LeftFile>();
        scheduler.Run(async () =>
        {
            var start = new StorageEntry(ScriptedCluster.Root + "/logs", 0, default, true);
            await foreach (var file in LeftFiles.On(client, ScriptedCluster.Root, options).FinishAsync(start, CancellationToken.None))
            {
                found.Add(file);
            }
        });
        return found;
    }

    [Test]
    public void A_file_whose_writer_is_gone_is_closed_cut_and_renamed()
    {
        var found = Finish(
            static cluster =>
            {
                cluster.PutOpen("/logs/FlumeData.1700000000001.tmp", "one\ntwo\nthr", 0);
                cluster.Put("/logs/FlumeData.1700000000002", "finished\n");
            },
            out var after);
        Assert.That(found, Is.EqualTo(new[] { new LeftFile("hdfs://nn/logs/FlumeData.1700000000001.tmp", "hdfs://nn/logs/FlumeData.1700000000001", 8, 3) }));
        Assert.That(after.Files, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["/logs/FlumeData.1700000000001"] = "one\ntwo\n", ["/logs/FlumeData.1700000000002"] = "finished\n",
        }));
        Assert.That(after.OpenFiles, Is.Empty);
    }

    [Test]
    public void A_file_that_somebody_writes_is_left_alone()
    {
        var found = Finish(
            static cluster =>
            {
                cluster.Put("/logs/FlumeData.1700000000001.tmp", "one\ntw");
                cluster.Fault = static (operation, _) => operation == "data APPEND" ? new Fault("AlreadyBeingCreatedException") : null;
            },
            out var after);
        Assert.That(found.Single().Problem, Is.EqualTo("somebody still writes it"));
        Assert.That(after.Files["/logs/FlumeData.1700000000001.tmp"], Is.EqualTo("one\ntw"));
    }

    [Test]
    public void A_dry_run_only_asks()
    {
        var found = Finish(static cluster => cluster.Put("/logs/FlumeData.1700000000001.tmp", "one\ntw"), out var after, isDryRun: true);
        Assert.That(found, Is.EqualTo(new[] { new LeftFile("hdfs://nn/logs/FlumeData.1700000000001.tmp", "hdfs://nn/logs/FlumeData.1700000000001", 4, 2) }));
        Assert.That(after.Files.Keys, Is.EqualTo(new[] { "/logs/FlumeData.1700000000001.tmp" }));
        Assert.That(after.Requests, Has.None.Contains("APPEND").And.None.Contains("RENAME").And.None.Contains("TRUNCATE"));
    }
}
