using System.IO.Pipelines;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Tests.Codecs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats;

public class SequenceFileWriterTests
{
    private static readonly byte[] Sync = [.. Enumerable.Range(0xa0, 16).Select(static n => (byte)n)];

    private static FlumeEvent At(long time, string body) => FlumeEvent.FromText(body, EventHeaders.Empty.Set("timestamp", time));

    private static byte[] Write(SequenceFileOptions options, params FlumeEvent[][] batches)
    {
        var writer = new SequenceFileWriter(options, Sync);
        var output = new WriteBuffer();
        writer.Begin(output);
        foreach (var batch in batches)
        {
            foreach (var flumeEvent in batch)
            {
                writer.Write(output, flumeEvent);
            }

            writer.Flush(output);
        }

        writer.Finish(output);
        return output.Written.ToArray();
    }

    // The golden files of the reference.
    [TestCase(
        SequenceFileValue.Writable,
        "53455106216f72672e6170616368652e6861646f6f702e696f2e4c6f6e675772697461626c65226f72672e6170616368652e6861646f6f702e696f2e42797465735772697461626c65000000000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
        + "000000110000000800000000000000010000000568656c6c6f"
        + "ffffffffa0a1a2a3a4a5a6a7a8a9aaabacadaeaf")]
    [TestCase(
        SequenceFileValue.Text,
        "53455106216f72672e6170616368652e6861646f6f702e696f2e4c6f6e675772697461626c65196f72672e6170616368652e6861646f6f702e696f2e54657874000000000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
        + "0000000e0000000800000000000000010568656c6c6f"
        + "ffffffffa0a1a2a3a4a5a6a7a8a9aaabacadaeaf")]
    public void One_record_is_as_in_the_reference(SequenceFileValue value, string hex) =>
        Assert.That(Convert.ToHexStringLower(Write(new SequenceFileOptions { Value = value }, [At(1, "hello")])), Is.EqualTo(hex));

    [TestCase(127, "7f")]
    [TestCase(128, "8f80")]
    [TestCase(255, "8fff")]
    [TestCase(256, "8e0100")]
    [TestCase(65536, "8d010000")]
    [TestCase(16777216, "8c01000000")]
    public void Lengths_have_as_many_bytes_as_they_need(int value, string hex)
    {
        var output = new WriteBuffer();
        output.WriteVInt(value);
        Assert.That(Convert.ToHexStringLower(output.Written.Span), Is.EqualTo(hex));
    }

    [Test]
    public void Every_kind_is_read_back(
        [Values] SequenceFileValue value, [Values] SequenceFileCompression compression, [Values("", "gzip", "bzip2", "snappy", "deflate", "default")] string codec)
    {
        CompressionCodec.TryFind(codec, out var found);
        var options = new SequenceFileOptions { Value = value, Compression = compression, Codec = found };
        FlumeEvent[][] batches = [[At(1, "one"), At(-2, "")], [At(3, new string('x', 300)), At(4, "ü€")], [At(5, "five")]];
        Assert.That(
            SequenceFileReader.Read(Write(options, batches)),
            Is.EqualTo(new[] { (1L, "one"), (-2L, ""), (3L, new string('x', 300)), (4L, "ü€"), (5L, "five") }));
    }

    [Test]
    public void A_block_ends_at_a_million_bytes()
    {
        var options = new SequenceFileOptions { Codec = CompressionCodec.Snappy };
        FlumeEvent[] batch = [.. Enumerable.Range(0, 25).Select(static n => At(n, new string('x', 100_000)))];
        var bytes = Write(options, batch);
        Assert.That(SequenceFileReader.Read(bytes).Select(static record => record.Key), Is.EqualTo(Enumerable.Range(0, 25)));
        Assert.That(Count(bytes, Sync), Is.EqualTo(1 + 3));
    }

    [Test]
    public void Markers_stand_every_hundred_kilobytes_where_nobody_flushes_and_none_stands_twice()
    {
        FlumeEvent[] batch = [.. Enumerable.Range(0, 1000).Select(static n => At(n, new string('x', 1000)))];
        var bytes = Write(new SequenceFileOptions(), batch, []);
        Assert.That(Count(bytes, Sync), Is.EqualTo(1 + 9 + 1));
        Assert.That(SequenceFileReader.Read(bytes), Has.Count.EqualTo(1000));
    }

    [Test]
    public void The_key_of_an_event_without_a_timestamp_is_the_time_and_a_bad_one_has_no_form()
    {
        var time = new ManualTimeProvider();
        var options = new SequenceFileOptions { Time = time };
        Assert.That(SequenceFileReader.Read(Write(options, [FlumeEvent.FromText("x")])).Single().Key, Is.EqualTo(time.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.That(
            () => Write(options, [FlumeEvent.FromText("x", EventHeaders.Create(("timestamp", "noon")))]),
            Throws.TypeOf<PoisonEventException>().With.Message.EqualTo("The header 'timestamp' is 'noon', not a whole number of milliseconds since 1970."));
    }

    // The example of the class, which needs no sink.
    [Test]
    public async Task It_writes_into_a_pipe()
    {
        var file = new MemoryStream();
        var writer = new SequenceFileWriter(new SequenceFileOptions { Value = SequenceFileValue.Text, Codec = CompressionCodec.Gzip });
        var pipe = PipeWriter.Create(file);
        writer.Begin(pipe);
        writer.Write(pipe, At(1, "hello"));
        writer.Flush(pipe);
        writer.Finish(pipe);
        await pipe.CompleteAsync();
        Assert.That(SequenceFileReader.Read(file.ToArray()), Is.EqualTo(new[] { (1L, "hello") }));
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        var count = 0;
        for (int next; (next = bytes.IndexOf(mark)) >= 0; count++)
        {
            bytes = bytes[(next + mark.Length)..];
        }

        return count;
    }
}
