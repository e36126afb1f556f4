using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.Storage.Tests.Hdfs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>What the sink wrote, read by the programs that people read it with.</summary>
public class ForeignReaderTests
{
    private static readonly string[] Bodies = ["one", "ü€", "", .. Enumerable.Range(0, 2000).Select(static n => $"event {n} {new string('x', n % 90)}")];
    private static readonly string[] Codecs = ["gzip", "bzip2", "snappy", "deflate", "default"];

    [Test, Category("RealHdfs")]
    public void Hadoop_reads_every_kind_of_file()
    {
        using var bench = new HdfsBench();
        var (paths, expected) = (new List<string>(), new StringBuilder());
        foreach (var codec in Codecs.Prepend(null))
        {
            foreach (var writeFormat in new[] { "Text", "Writable" })
            {
                paths.Add(Write(bench, bench.Options($"/{writeFormat}-{codec}", type: HdfsFileType.SequenceFile, codec: codec, writeFormat: writeFormat)));
                expected.AppendJoin("", Bodies.Select((body, n) => $"{n}\t{Shown(body, writeFormat)}\n"));
            }

            if (codec is not null)
            {
                paths.Add(Write(bench, Compressed(bench, codec)));
                expected.AppendJoin("", Bodies.Select(static body => body + "\n"));
            }
        }

        Assert.That(Programs.HadoopText(paths), Is.EqualTo(expected.ToString()));
    }

    // What Flume never writes, and the library does.
    [Test, Category("RealHdfs")]
    public void Hadoop_reads_records_that_are_compressed_one_by_one()
    {
        using var folder = new TestKit.TempFolder();
        var (paths, expected) = (new List<string>(), new StringBuilder());
        foreach (var codec in Codecs)
        {
            Assert.That(Storage.Codecs.CompressionCodec.TryFind(codec, out var found), Is.True);
            var writer = new Storage.Formats.SequenceFileWriter(
                new() { Codec = found, Compression = Storage.Formats.SequenceFileCompression.Record, Value = Storage.Formats.SequenceFileValue.Text });
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            writer.Begin(bytes);
            foreach (var (n, body) in Bodies.Take(300).Index())
            {
                writer.Write(bytes, FlumeEvent.FromText(body, EventHeaders.Empty.Set("timestamp", n)));
                expected.Append($"{n}\t{body}\n");
            }

            writer.Flush(bytes);
            writer.Finish(bytes);
            paths.Add(folder[codec]);
            File.WriteAllBytes(paths[^1], bytes.WrittenSpan);
        }

        Assert.That(Programs.HadoopText(paths), Is.EqualTo(expected.ToString()));
    }

    [TestCase("gzip")]
    [TestCase("bzip2")]
    public void The_tools_of_the_system_read_the_streams(string tool)
    {
        using var bench = new HdfsBench();
        var path = Write(bench, Compressed(bench, tool));
        Assert.That(Programs.Run(tool, "-dc", path), Is.EqualTo(string.Concat(Bodies.Select(static body => body + "\n"))));
        Programs.Run(tool, "-t", path);
    }

    private static HdfsSinkOptions Compressed(HdfsBench bench, string codec) =>
        bench.Options("/" + codec, type: HdfsFileType.CompressedStream, codec: codec, serializer: static () => new TextSerializer(new TextSerializerOptions()));

    // Several batches go into one file.
    private static string Write(HdfsBench bench, HdfsSinkOptions options)
    {
        bench.Run(options, async sink =>
        {
            foreach (var batch in Bodies.Index().Chunk(700))
            {
                await sink.WriteAsync([.. batch.Select(static item => FlumeEvent.FromText(item.Item, EventHeaders.Empty.Set("timestamp", item.Index)))], CancellationToken.None);
            }
        });
        return Directory.EnumerateFiles(options.Path).Single();
    }

    private static string Shown(string body, string writeFormat) =>
        writeFormat == "Text" ? body : string.Join(' ', Encoding.UTF8.GetBytes(body).Select(static b => $"{b:x2}"));
}
