using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Tests.Codecs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>Whatever of a file a crash leaves: no event that was flushed is lost, and nothing is visible in parts.</summary>
public class TornFileTests
{
    private static readonly CompressionCodec[] Codecs = [CompressionCodec.Gzip, CompressionCodec.BZip2, CompressionCodec.Snappy, CompressionCodec.Default];

    private static TextSerializer Lines => new(new TextSerializerOptions());

    public static IEnumerable<TestCaseData> Formats()
    {
        yield return Case("lines", () => Lines, static bytes => [.. Encoding.UTF8.GetString(bytes).Split('\n')[..^1]], endsWhole: static bytes => bytes.Length == 0 || bytes[^1] == '\n');
        foreach (var codec in Codecs)
        {
            yield return Case($"lines in {codec.Extension}", () => new CompressedStreamWriter(Lines, codec), bytes => [.. Encoding.UTF8.GetString(Unpack.All(codec, bytes)).Split('\n')[..^1]]);
        }

        foreach (var options in Codecs.Prepend(null).SelectMany(static codec => Enum.GetValues<SequenceFileCompression>().Select(
            compression => new SequenceFileOptions { Codec = codec, Compression = compression, Value = SequenceFileValue.Text })))
        {
            yield return Case(
                $"sequence file {options.Codec?.Extension} {options.Compression}",
                () => new SequenceFileWriter(options),
                static bytes => bytes.Length == 0 ? [] : [.. SequenceFileReader.Read(bytes).Select(static record => record.Value)]);
        }
    }

    private static TestCaseData Case(string name, Func<IEventSerializer> newWriter, Func<byte[], string[]> read, Func<byte[], bool>? endsWhole = null) =>
        new TestCaseData(newWriter, read, endsWhole).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Formats))]
    public async Task At_every_byte_the_flushed_events_are_kept_and_none_is_torn(Func<IEventSerializer> newWriter, Func<byte[], string[]> read, Func<byte[], bool>? endsWhole)
    {
        var tail = FileFormat.Of(newWriter).Tail;
        var (bytes, events, flushes) = Write(newWriter());
        for (var length = 0; length <= bytes.Length; length++)
        {
            var whole = (int)await tail.FindWholeAsync(new MemoryFile(bytes.AsMemory(0, length)), length, CancellationToken.None);
            Assert.That(whole, Is.LessThanOrEqualTo(length));
            var kept = bytes[..whole];
            Assert.That(endsWhole?.Invoke(kept) ?? true, $"cut at {length}");
            var found = read(kept);
            Assert.That(found, Is.EqualTo(events[..found.Length]), $"cut at {length}");
            var flushed = flushes.Where(flush => flush.Length <= length).Select(static flush => flush.Events).LastOrDefault();
            Assert.That(found, Has.Length.GreaterThanOrEqualTo(flushed), $"cut at {length}");
        }

        Assert.That(read(bytes), Is.EqualTo(events), "all");
    }

    // A power cut may leave zeros where nothing was written yet.
    [TestCaseSource(nameof(Formats))]
    public async Task Zeros_behind_what_was_flushed_are_cut_off(Func<IEventSerializer> newWriter, Func<byte[], string[]> read, Func<byte[], bool>? endsWhole)
    {
        var (bytes, events, _) = Write(newWriter());
        byte[] torn = [.. bytes, .. new byte[5000]];
        var whole = await FileFormat.Of(newWriter).Tail.FindWholeAsync(new MemoryFile(torn), torn.Length, CancellationToken.None);
        Assert.That(read(torn[..(int)whole]), Is.EqualTo(events));
    }

    // A start must not fail because somebody's disk did.
    [TestCaseSource(nameof(Formats))]
    public async Task Damage_anywhere_is_no_reason_to_fail(Func<IEventSerializer> newWriter, Func<byte[], string[]> read, Func<byte[], bool>? endsWhole)
    {
        var (bytes, _, _) = Write(newWriter());
        var tail = FileFormat.Of(newWriter).Tail;
        await FindInDamagedAsync(tail, bytes);
        Assert.That(read(bytes), Is.Not.Empty);
        Assert.That(endsWhole?.Invoke(bytes) ?? true);
    }

    private static async Task FindInDamagedAsync(FileTail tail, byte[] bytes)
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. bytes];
            for (var flips = random.Next(1, 5); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)(random.Next(4) == 0 ? 0xff : random.Next(256));
            }

            Assert.That(await tail.FindWholeAsync(new MemoryFile(damaged), damaged.Length, CancellationToken.None), Is.InRange(0, damaged.Length));
        }
    }

    // The golden container of the reference, with two blocks.
    [Test]
    public async Task An_Avro_container_ends_with_a_block_and_one_without_is_nothing()
    {
        var sync = Enumerable.Range(0xa0, 16).Select(static n => (byte)n).ToArray();
        var block = Convert.FromHexString("043002026b0276000a68656c6c6f02026b0276000a68656c6c6f");
        byte[] head = [.. "Obj\u0001\u0004\u0016avro.schema\u000a\"int\"\u0014avro.codec\u0008null\0"u8, .. sync];
        byte[] bytes = [.. head, .. block, .. sync, .. block, .. sync];
        await FindInDamagedAsync(FileTail.Avro, bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var blocks = Math.Max(0, (length - head.Length) / (block.Length + sync.Length));
            Assert.That(
                await FileTail.Avro.FindWholeAsync(new MemoryFile(bytes.AsMemory(0, length)), length, CancellationToken.None),
                Is.EqualTo(blocks == 0 ? 0 : head.Length + (blocks * (block.Length + sync.Length))), $"cut at {length}");
        }
    }

    [Test]
    public async Task A_Parquet_file_without_a_footer_is_nothing()
    {
        byte[] bytes = [.. "PAR1pages of a columnfooter"u8, 6, 0, 0, 0, .. "PAR1"u8];
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.That(
                await FileTail.Parquet.FindWholeAsync(new MemoryFile(bytes.AsMemory(0, length)), length, CancellationToken.None),
                Is.EqualTo(length == bytes.Length ? length : 0), $"cut at {length}");
        }
    }

    [Test]
    public async Task A_mark_is_found_wherever_it_lies_in_a_long_file()
    {
        foreach (var distance in new[] { 0, 1, 100, 262_130, 262_144, 262_150, 600_000 })
        {
            var writer = new SequenceFileWriter(new SequenceFileOptions());
            var output = new WriteBuffer();
            writer.Begin(output);
            writer.Write(output, FlumeEvent.FromText("first"));
            writer.Flush(output);
            var flushed = output.Count;
            writer.Write(output, FlumeEvent.FromText(new string('x', distance)));
            var torn = output.Written[..^1];
            Assert.That(await FileTail.SequenceFile.FindWholeAsync(new MemoryFile(torn), torn.Length, CancellationToken.None), Is.EqualTo(flushed));
        }
    }

    [Test]
    public void Ledgers_know_every_rule_and_keep_all_where_they_do_not()
    {
        string[] names = ["k", "l", "sequence", "avro", "parquet", "gzip", "zlib", "bzip2", "snappy"];
        Assert.That(names.Select(static name => FileTail.Named(name).Name), Is.EqualTo(names));
        Assert.That(FileTail.Named("orc"), Is.SameAs(FileTail.Unknown));
    }

    private static (byte[] Bytes, string[] Events, List<(int Length, int Events)> Flushes) Write(IEventSerializer writer)
    {
        var output = new WriteBuffer();
        var (events, flushes) = (new List<string>(), new List<(int, int)>());
        writer.Begin(output);
        foreach (var count in new[] { 3, 1, 4 })
        {
            for (var i = 0; i < count; i++)
            {
                events.Add($"event {events.Count} {new string((char)('a' + i), 7 * i)}");
                writer.Write(output, FlumeEvent.FromText(events[^1]));
            }

            writer.Flush(output);
            flushes.Add((output.Count, events.Count));
        }

        writer.Finish(output);
        return (output.Written.ToArray(), [.. events], flushes);
    }
}
