using System.Buffers;
using System.Text;
using Flafka.Dataflow.Storage.Formats.Avro;
using Flafka.Dataflow.TestKit;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Avro;

public class AvroContainerTests
{
    private static readonly byte[] Sync = [.. Enumerable.Range(0xA0, 16).Select(value => (byte)value)];

    [TestCase(AvroCodec.Null, "086e756c6c", "043002026b0276000a68656c6c6f02026b0276000a68656c6c6f")]
    [TestCase(AvroCodec.Deflate, "0e6465666c617465", "04226362ca662a63e0ca48cdc9c96742620300")]
    [TestCase(AvroCodec.Snappy, "0c736e61707079", "043c185c02026b0276000a68656c6c6f02026b0276000a68656c6c6f3e9b4241")]
    public void Events_are_written_byte_for_byte_like_Flume_does(AvroCodec codec, string name, string block)
    {
        var writer = new AvroContainerWriter(AvroEventSerializer.Schema, new AvroContainerOptions { Codec = codec, SyncMarker = Sync });
        var datum = Convert.FromHexString("02026b0276000a68656c6c6f");
        var file = new ArrayBufferWriter<byte>();
        writer.Begin(file);
        writer.Append(file, datum);
        writer.Append(file, datum);
        writer.Flush(file);
        writer.Flush(file);

        var expected = "4f626a01" + "04" + "166176726f2e736368656d61" + "8a02" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(AvroEventSerializer.Schema))
            + "146176726f2e636f646563" + name + "00" + Convert.ToHexStringLower(Sync);
        var (head, rest) = (Convert.ToHexStringLower(file.WrittenSpan[..(expected.Length / 2)]), Convert.ToHexStringLower(file.WrittenSpan[(expected.Length / 2)..]));
        Assert.That(head, Is.EqualTo(expected));
        if (codec == AvroCodec.Null)
        {
            Assert.That(rest, Is.EqualTo(block + Convert.ToHexStringLower(Sync)));
        }
        else
        {
            // Another encoder may choose other references; the bytes that matter are the count, the ends and, for snappy, the check sum.
            Assert.That(rest, Does.StartWith("04").And.EndsWith((codec == AvroCodec.Snappy ? "3e9b4241" : "") + Convert.ToHexStringLower(Sync)));
        }
    }

    [Test]
    public void A_block_ends_when_it_is_full_and_at_a_flush()
    {
        var writer = new AvroContainerWriter("\"bytes\"", new AvroContainerOptions { BlockBytes = 32, SyncMarker = Sync });
        var file = new ArrayBufferWriter<byte>();
        writer.Append(file, new byte[31]);
        Assert.That(file.WrittenCount, Is.Zero);
        writer.Append(file, new byte[1]);
        Assert.That(file.WrittenCount, Is.EqualTo(2 + 32 + 16));
        writer.Append(file, new byte[1]);
        writer.Flush(file);
        Assert.That(file.WrittenCount, Is.EqualTo(2 + 32 + 16 + 2 + 1 + 16));
    }

    [Test]
    public void A_schema_that_is_not_json_and_settings_out_of_range_are_refused()
    {
        Assert.Throws<FormatException>(() => _ = new AvroContainerWriter("bytes"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new AvroContainerWriter("\"bytes\"", new AvroContainerOptions { BlockBytes = 31 }));
        Assert.Throws<ArgumentException>(() => _ = new AvroContainerWriter("\"bytes\"", new AvroContainerOptions { SyncMarker = new byte[15] }));
    }

    [Test]
    public void Two_files_have_different_markers()
    {
        var (one, other) = (File([[1]]), File([[1]]));
        Assert.That(one, Is.Not.EqualTo(other));
    }

    [TestCase(AvroCodec.Null), TestCase(AvroCodec.Deflate), TestCase(AvroCodec.Snappy)]
    public async Task The_end_of_the_last_whole_block_is_found_wherever_a_file_was_cut(AvroCodec codec)
    {
        var writer = new AvroContainerWriter("\"bytes\"", new AvroContainerOptions { Codec = codec });
        var file = new ArrayBufferWriter<byte>();
        writer.Begin(file);
        var head = file.WrittenCount;
        var ends = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            writer.Append(file, [.. Enumerable.Repeat((byte)i, 40 * i)]);
            writer.Flush(file);
            ends.Add(file.WrittenCount);
        }

        for (var cut = 0; cut <= file.WrittenCount; cut++)
        {
            var torn = new MemoryFile(file.WrittenSpan[..cut].ToArray());
            Assert.That(
                await AvroContainer.FindEndOfLastBlockAsync(torn, cut, CancellationToken.None),
                Is.EqualTo(ends.LastOrDefault(end => end <= cut)), $"cut at {cut}, head of {head}");
        }
    }

    [Test]
    public async Task The_marker_is_found_across_the_borders_of_what_is_read_at_a_time()
    {
        var writer = new AvroContainerWriter("\"bytes\"", new AvroContainerOptions { BlockBytes = 1 << 20 });
        var file = new ArrayBufferWriter<byte>();
        writer.Begin(file);
        writer.Append(file, new byte[100_000]);
        writer.Flush(file);
        var end = file.WrittenCount;
        writer.Append(file, new byte[200_000]);
        writer.Flush(file);
        for (var behind = 64 * 1024 - 20; behind < 64 * 1024 + 20; behind++)
        {
            var torn = new MemoryFile(file.WrittenSpan[..(end + behind)].ToArray());
            Assert.That(await AvroContainer.FindEndOfLastBlockAsync(torn, end + behind, CancellationToken.None), Is.EqualTo(end), $"{behind} behind");
        }
    }

    [Test]
    public async Task Other_files_have_no_whole_block()
    {
        foreach (var text in new[] { "", "O", "Obj", "some text\n", "Obj\u0001", "Obj\u0001\u0004", "Obj\u0001" + new string('\u007f', 100_000) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.That(await AvroContainer.FindEndOfLastBlockAsync(new MemoryFile(bytes), bytes.Length, CancellationToken.None), Is.Zero, text.Length.ToString());
        }
    }

    [Test]
    public void A_foreign_reader_reads_what_is_written()
    {
        using var folder = new TempFolder();
        var files = new List<(string Path, FlumeEvent[] Events)>();
        var text = Gen.Elements("", "a", "häder", "日本", "a,b\n", "🚀");
        var headers = text.Two().ArrayOf().Select(pairs => EventHeaders.Create([.. pairs.Select(pair => (pair.Item1, pair.Item2))]));
        var body = Gen.OneOf(ArbMap.Default.GeneratorFor<byte[]>(), Gen.Elements<byte[]>([], new byte[5000], new byte[1 << 20]));
        var events = (from bytes in body from pairs in headers select new FlumeEvent(bytes, pairs)).ArrayOf();
        foreach (var codec in Enum.GetValues<AvroCodec>())
        {
            foreach (var sample in Gen.Sample(events, 20, 8).Append([]))
            {
                var serializer = new AvroEventSerializer(new AvroSerializerOptions { Codec = codec, SyncIntervalBytes = 3000 });
                var file = new ArrayBufferWriter<byte>();
                serializer.Begin(file);
                for (var i = 0; i < sample.Length; i++)
                {
                    serializer.Write(file, sample[i]);
                    if (i % 3 == 2)
                    {
                        serializer.Flush(file);
                    }
                }

                serializer.Flush(file);
                serializer.Finish(file);
                var path = Path.Join(folder.Path, $"{files.Count}.avro");
                System.IO.File.WriteAllBytes(path, file.WrittenSpan);
                files.Add((path, sample));
            }
        }

        var rows = ForeignReaders.Read([.. files.Select(file => new ForeignFile("avsc", file.Path))]);
        for (var i = 0; i < files.Count; i++)
        {
            ForeignReaders.AssertEqual(rows[i], [.. files[i].Events.Select(one => new object?[] { one.Headers, one.Body.ToArray() })], files[i].Path);
        }
    }

    private static byte[] File(byte[][] data)
    {
        var writer = new AvroContainerWriter("\"bytes\"");
        var file = new ArrayBufferWriter<byte>();
        writer.Begin(file);
        foreach (var datum in data)
        {
            writer.Append(file, datum);
        }

        writer.Flush(file);
        return file.WrittenSpan.ToArray();
    }
}
