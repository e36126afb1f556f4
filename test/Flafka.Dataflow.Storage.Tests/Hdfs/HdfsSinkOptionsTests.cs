using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Paths;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

public class HdfsSinkOptionsTests
{
    private static IEnumerable<string> Faults(HdfsSinkOptions options) =>
        Findings(options).Where(static result => result is not WithoutMeaningResult).Select(static result => result.ErrorMessage!);

    private static List<ValidationResult> Findings(HdfsSinkOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
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

    [TestCase("s3a://bucket/x", "the file system 's3a' is not available: begin the path with 'hdfs://', 'webhdfs://', 'swebhdfs://' or 'file:'")]
    [TestCase("hdfs:///x", "'hdfs://' leads to no name node: set hdfs.webhdfsAddress = HOST:PORT")]
    [TestCase("hdfs://%{cluster}/x", "'hdfs://%{cluster}/x' does not name a cluster: begin it with 'hdfs://HOST/'")]
    [TestCase("hdfs://nn/x", null)]
    [TestCase("swebhdfs://nn:9871/x", null)]
    public void A_path_leads_to_a_cluster_or_to_the_local_disk(string path, string? fault) => Assert.That(
        Faults(new HdfsSinkOptions { Path = path, FileType = HdfsFileType.DataStream }), Is.EqualTo(fault is null ? [] : new[] { fault }));

    [TestCase("hdfs://nn/x", null, "the name nodes are asked without TLS: begin the path with 'swebhdfs://', or set hdfs.webhdfsAddress = https://HOST:PORT")]
    [TestCase("hdfs://nn/x", "https://nn:9871", null)]
    [TestCase("swebhdfs://nn/x", null, null)]
    public void Authorities_are_for_TLS(string path, string? address, string? finding) => Assert.That(
        Findings(new HdfsSinkOptions { Path = path, WebHdfsAddress = address, CaFile = "ca.pem", FileType = HdfsFileType.DataStream }).OfType<WithoutMeaningResult>().Select(static result => result.ErrorMessage),
        Is.EqualTo(finding is null ? [] : new[] { finding }));

    [Test]
    public void What_WebHDFS_cannot_do_is_refused() => Assert.That(
        Faults(new HdfsSinkOptions { Path = "hdfs://nn/x", FileType = HdfsFileType.DataStream, Sync = SyncMode.Commit }),
        Is.EqualTo(new[] { "WebHDFS has no sync: what is delivered is with the data nodes" }));

    [Test]
    public void A_file_that_counts_whole_needs_another_name_while_it_is_written() => Assert.That(
        Faults(new HdfsSinkOptions { Path = "/logs", FileType = HdfsFileType.DataStream, Commit = CommitMode.File, EmptyInUseSuffix = true }),
        Is.EqualTo(new[] { "with hdfs.commit = file no file is seen in part, so it needs another name while it is written: leave hdfs.emptyInUseSuffix out" }));

    [TestCase("file:/x", CommitMode.Auto, true, 100, CommitMode.Batch, "auto, on the local disk")]
    [TestCase("hdfs://nn/x", CommitMode.Auto, true, 100, CommitMode.File, "auto, as c1 is durable")]
    [TestCase("hdfs://nn/x", CommitMode.Auto, false, 20_000, CommitMode.File, "auto, as c1 holds as many events as a file may")]
    [TestCase("hdfs://nn/x", CommitMode.Auto, false, 19_999, CommitMode.Batch, "auto, as c1 holds fewer events than a file may")]
    [TestCase("hdfs://nn/x", CommitMode.Batch, true, 100, CommitMode.Batch, "batch")]
    [TestCase("file:/x", CommitMode.File, false, 100, CommitMode.File, "file")]
    public void When_events_count_follows_the_channel(string path, CommitMode commit, bool isDurable, long capacity, CommitMode mode, string why)
    {
        var options = new HdfsSinkOptions { Path = path, Commit = commit, RollCount = 20_000 };
        var channel = new ChannelTraits("c1", isDurable, capacity);
        Assert.That(options.Decide(channel), Is.EqualTo((mode, why)));
        Assert.That(((IHoldsEvents)options).Plan(channel)?.IsWhole, path.StartsWith("file", StringComparison.Ordinal) && mode == CommitMode.Batch ? Is.Null : Is.EqualTo(mode == CommitMode.File));
    }

    [Test]
    public void A_file_without_a_limit_of_events_is_held_by_a_durable_channel_only() => Assert.That(
        new HdfsSinkOptions { Path = "hdfs://nn/x", RollCount = 0 }.Decide(new ChannelTraits("c1", false, 1_000_000)),
        Is.EqualTo((CommitMode.Batch, "auto, as c1 is not durable and hdfs.rollCount sets no limit")));

    [TestCase(1000, 100_000, null, 8000)]
    [TestCase(1000, 10_000, null, 5000)]
    [TestCase(1000, 10_000, 20_000, 20_000)]
    [TestCase(100, 1, null, 1)]
    public void An_append_takes_eight_batches_or_half_the_channel(int batch, long capacity, int? given, int most) => Assert.That(
        new HdfsSinkOptions { Path = "hdfs://nn/x", BatchSize = batch, AppendBatch = given }.MostAppended(new ChannelTraits("c1", false, capacity)), Is.EqualTo(most));

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

    [TestCase("", false)] // lines by batches: as with Flume
    [TestCase("hdfs.commit = batch", false)]
    [TestCase("hdfs.commit = file", true)]
    [TestCase("serializer = avro_event", true)]
    [TestCase("serializer = org.apache.flume.sink.hdfs.AvroEventSerializer$Builder", true)]
    [TestCase("serializer = parquet", true)]
    [TestCase("serializer = parquet\na1.sinks.k1.hdfs.rollCount = 0", true, "1024 bytes")]
    [TestCase("serializer = parquet\na1.sinks.k1.hdfs.rollCount = 10000\na1.sinks.k1.hdfs.rollSize = 0", false)]
    [TestCase("hdfs.commit = file\na1.sinks.k1.hdfs.rollCount = 100\na1.sinks.k1.hdfs.rollSize = 0", false)]
    public void Flumes_limits_are_hardly_meant_where_each_file_costs(string setting, bool isTold, string limit = "10 events")
    {
        var (options, diagnostics) = CompiledPlan.Options(
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
            a1.sinks.k1.hdfs.fileType = DataStream
            a1.sinks.k1.{(setting.Length > 0 ? setting : "hdfs.batchSize = 100")}
            """,
            "k1",
            typeof(HdfsSink).Assembly);
        Assert.That(options, Is.Not.Null);
        var told = diagnostics.Where(static line => line.Contains("FLK3046", StringComparison.Ordinal)).ToList();
        Assert.That(told, Has.Count.EqualTo(isTold ? 1 : 0));
        Assert.That(told, Has.All.Contain($" hold {limit} at most, which is Flume's default: "));
    }

    [Test]
    public void Event_ids_are_unique_and_lie_in_the_block_of_the_library()
    {
        var ids = typeof(StorageEventIds).GetFields().Select(field => (int)field.GetRawConstantValue()!).ToList();
        Assert.That(ids, Is.Unique.And.All.InRange(5001, 5099));
    }
}
