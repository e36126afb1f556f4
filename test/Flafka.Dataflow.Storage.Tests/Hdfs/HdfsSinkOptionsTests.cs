using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Paths;
using Flafka.Dataflow.Storage.Hdfs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

public class HdfsSinkOptionsTests
{
    private static IEnumerable<string> Faults(HdfsSinkOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage!);
    }

    [Test]
    public void A_folder_and_DataStream_are_enough() =>
        Assert.That(Faults(new HdfsSinkOptions { Path = "/logs/%Y", FileType = HdfsFileType.DataStream }), Is.Empty);

    [Test]
    public void The_defaults_are_those_of_Flume()
    {
        var options = new HdfsSinkOptions();
        Assert.That(
            (options.FilePrefix, options.FileSuffix, options.InUsePrefix, options.InUseSuffix, options.RollInterval, options.RollSize, options.RollCount, options.IdleTimeout),
            Is.EqualTo(("FlumeData", "", "", ".tmp", TimeSpan.FromSeconds(30), 1024L, 10L, TimeSpan.Zero)));
        Assert.That(
            (options.BatchSize, options.FileType, options.MaxOpenFiles, options.CallTimeout, options.CloseTries, options.RetryInterval, options.RoundValue, options.RoundUnit),
            Is.EqualTo((100, HdfsFileType.SequenceFile, 5000, TimeSpan.FromSeconds(30), 0, TimeSpan.FromSeconds(180), 1, RoundUnit.Second)));
        Assert.That(options.Serializer.TypeName, Is.EqualTo("TEXT"));
    }

    [TestCase(HdfsFileType.SequenceFile)]
    [TestCase(HdfsFileType.CompressedStream)]
    public void File_types_of_later_versions_are_refused(HdfsFileType type) =>
        Assert.That(
            Faults(new HdfsSinkOptions { Path = "/logs", FileType = type }),
            Is.EqualTo(new[] { $"fileType {type} comes with a later version: set hdfs.fileType = DataStream" }));

    [Test]
    public void Every_mistake_is_reported()
    {
        var options = new HdfsSinkOptions
        {
            Path = "/logs/%[bad]", FilePrefix = "%[worse]", FileType = HdfsFileType.DataStream, Codec = "gzip", Round = true, RoundUnit = RoundUnit.Hour,
            RoundValue = 25, TimeZone = "Nonsense/Zone",
        };
        Assert.That(Faults(options), Is.EqualTo(new[]
        {
            "a DataStream is not compressed, and compressed files come with a later version: leave hdfs.codeC out",
            "roundValue 25 does not fit hours: 1 to 24 do",
            "'Nonsense/Zone' is no time zone known on this machine; names look like Europe/Berlin or GMT+05:30",
            "'%[bad]' means nothing; there are %[localhost], %[ip] and %[fqdn]",
            "'%[worse]' means nothing; there are %[localhost], %[ip] and %[fqdn]",
        }));
    }

    [Test]
    public void The_guarantee_follows_the_sync_key([Values] SyncMode sync)
    {
        ICommitPoint options = new HdfsSinkOptions { Sync = sync };
        Assert.That(options.CommitPoint, Is.EqualTo(sync == SyncMode.Commit ? CommitPoint.Disk : CommitPoint.OperatingSystem));
        Assert.That(options.SyncKey, Is.EqualTo("hdfs.sync = commit"));
    }

    [Test]
    public void The_scan_finds_the_sink_with_its_keys([Values("hdfs", "HDFS", "org.apache.flume.sink.hdfs.HDFSEventSink")] string type)
    {
        var registry = ComponentRegistry.Scan(typeof(HdfsSink).Assembly, typeof(TextSerializer).Assembly);
        Assert.That(registry.TryGet(ComponentKind.Sink, type, out var sink), Is.True);
        Assert.That(sink!.Implementation, Is.EqualTo(typeof(HdfsSink)));
        Assert.That(sink.Options.Select(option => option.Key), Does.Contain("hdfs.path").And.Contain("serializer").And.Contain("hdfs.threadsPoolSize"));
        Assert.That(sink.Options.Where(option => string.IsNullOrEmpty(option.Summary)), Is.Empty, "every key has its line in the manual");
    }

    [Test]
    public void Event_ids_are_unique_and_lie_in_the_block_of_the_library()
    {
        var ids = typeof(StorageEventIds).GetFields().Select(field => (int)field.GetRawConstantValue()!).ToList();
        Assert.That(ids, Is.Unique.And.All.InRange(5001, 5099));
    }
}
