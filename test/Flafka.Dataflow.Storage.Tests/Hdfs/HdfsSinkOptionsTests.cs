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
        return results.Where(static result => result is not WithoutMeaningResult).Select(static result => result.ErrorMessage!);
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

    [TestCase(HdfsFileType.SequenceFile, null, "Writable", null)]
    [TestCase(HdfsFileType.SequenceFile, "gzip", "Text", null)]
    [TestCase(HdfsFileType.SequenceFile, "org.apache.hadoop.io.compress.SnappyCodec", "org.apache.flume.sink.hdfs.HDFSTextSerializer$Builder", null)]
    [TestCase(HdfsFileType.SequenceFile, null, "text", "'text' is no record format of a SequenceFile; there are Writable (bytes) and Text, written like this")]
    [TestCase(HdfsFileType.SequenceFile, "none", "Writable", "'none' is no codec: leave hdfs.codeC out for files that are not compressed")]
    [TestCase(HdfsFileType.DataStream, null, "text", null)]
    [TestCase(HdfsFileType.DataStream, "none", "Text", "a DataStream is not compressed: leave hdfs.codeC out, or set hdfs.fileType = CompressedStream")]
    [TestCase(HdfsFileType.CompressedStream, "bzip2", "Text", null)]
    [TestCase(HdfsFileType.CompressedStream, null, "Text", "a CompressedStream needs a codec: set hdfs.codeC to one of gzip, bzip2, snappy, deflate and default, or hdfs.fileType = DataStream")]
    [TestCase(HdfsFileType.CompressedStream, "brotli", "Text", "'brotli' is no codec; there are gzip, bzip2, snappy, deflate and default")]
    public void Kinds_of_file_go_with_some_codecs_and_record_formats(HdfsFileType type, string? codec, string writeFormat, string? fault) =>
        Assert.That(
            Faults(new HdfsSinkOptions { Path = "/logs", FileType = type, Codec = codec, WriteFormat = writeFormat }),
            Is.EqualTo(fault is null ? [] : new[] { fault }));

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
            "a DataStream is not compressed: leave hdfs.codeC out, or set hdfs.fileType = CompressedStream",
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
