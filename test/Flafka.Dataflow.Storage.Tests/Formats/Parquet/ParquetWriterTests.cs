using System.Buffers;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Formats.Parquet;
using Flafka.Dataflow.TestKit;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Parquet;

[NonParallelizable] // files share the memory of the process
public class ParquetWriterTests
{
    [Test]
    public void Foreign_readers_read_what_is_written()
    {
        using var folder = new TempFolder();
        ParquetSample[] samples =
        [
            .. Gen.Sample(ParquetSample.Any, 60),
            new([new("empty", ParquetType.String), new("map", ParquetType.StringMap)], [], new()),
            new([new("one", ParquetType.Int64, IsOptional: false)], [[7L]], new() { Compression = ParquetCompression.Uncompressed }),
            new(
                [new("large", ParquetType.Bytes, IsOptional: false)],
                [[Array.Empty<byte>()], [Noise(1 << 20)], [new byte[1 << 20]], [new byte[1]], [Noise(3 << 20)]], new() { RowGroupBytes = 1 << 20 }),
            new([new("wide", ParquetType.String)], [.. Enumerable.Range(0, 70_000).Select(i => new object?[] { i % 3 == 0 ? null : $"v{i % 60_000}" })], new()),
            new([.. Enumerable.Range(0, 40).Select(i => new ParquetColumn($"c{i}", ParquetType.Int32))], [new object?[40], [.. Enumerable.Range(0, 40).Select(i => (object?)i)]], new()),
        ];
        var files = new List<ForeignFile>();
        for (var i = 0; i < samples.Length; i++)
        {
            var path = Path.Join(folder.Path, $"{i}.parquet");
            samples[i].WriteTo(path);
            files.Add(new ForeignFile("duckdb", path, [.. samples[i].Doubles]));
            files.Add(new ForeignFile("hyparquet", path, [.. samples[i].Doubles]));
        }

        var found = ForeignReaders.Read(files);
        for (var i = 0; i < found.Count; i++)
        {
            var sample = samples[i / 2];
            ForeignReaders.AssertEqual(found[i], sample.Rows, $"{files[i].Reader}: {string.Join(", ", sample.Columns.Select(column => column.ToString()))} {sample.Options}");
        }
    }

    [Test]
    public void Statistics_dictionaries_and_row_groups_are_what_a_foreign_reader_sees()
    {
        using var folder = new TempFolder();
        var path = Path.Join(folder.Path, "a.parquet");
        var time = new DateTimeOffset(2026, 11, 21, 1, 2, 3, TimeSpan.Zero);
        new ParquetSample(
            [new("host", ParquetType.String), new("id", ParquetType.Int64, IsOptional: false), new("ratio", ParquetType.Double), new("long", ParquetType.Bytes), new("at", ParquetType.Timestamp)],
            [.. Enumerable.Range(0, 20_000).Select(i => new object?[] { i % 10 == 0 ? null : $"web{i % 7}", i * 11L, i % 2 == 0 ? 0.0 : i, Noise(65 + (i % 10)), time.AddSeconds(i % 60) })],
            new() { RowGroupBytes = 128 << 10 }).WriteTo(path);

        var rows = ForeignReaders.Read(
            new ForeignFile("query", $"select path_in_schema, encodings, stats_null_count, stats_min_value, stats_max_value, compression from parquet_metadata('{path}') where row_group_id = 0"),
            new ForeignFile("query", $"select num_rows, num_row_groups > 1, created_by from parquet_file_metadata('{path}')"),
            new ForeignFile("query", $"select count(*), min(host), max(id), count(host) from read_parquet('{path}') where id >= 110000"),
            new ForeignFile("query", $"select name, type, logical_type from parquet_schema('{path}') where name in ('host', 'at', 'long')"));
        var columns = rows[0].ToDictionary(row => row![0]!.GetValue<string>(), row => row!.AsArray().Skip(1).Select(cell => cell?.GetValue<string>()).ToArray());
        Assert.Multiple(() =>
        {
            Assert.That(columns["host"][0], Does.Contain("RLE_DICTIONARY"));
            Assert.That(columns["host"][1], Is.Not.EqualTo("0"));
            Assert.That(columns["host"][2..], Is.EqualTo(new[] { "web0", "web6", "SNAPPY" }));
            Assert.That(columns["id"][0], Does.Not.Contain("DICTIONARY"));
            Assert.That(columns["id"][1..3], Is.EqualTo(new[] { "0", "0" }));
            Assert.That(columns["ratio"][2], Is.EqualTo("-0.0"));
            Assert.That(columns["long"][1..4], Is.EqualTo(new[] { "0", null, null }), "long values have no bounds");
            Assert.That(columns["at"][2], Does.StartWith("2026-11-21 01:02:03"));
            Assert.That(rows[1][0]!.ToJsonString(), Does.StartWith("[\"20000\",\"true\",\"flafka-dataflow version"));
            Assert.That(rows[2][0]!.ToJsonString(), Is.EqualTo("[\"10000\",\"web0\",\"219989\",\"9000\"]"));
            Assert.That(rows[3].ToJsonString(), Does.Contain("StringType").And.Contain("TimestampType"));
        });
    }

    [Test]
    public void A_row_is_complete_or_refused()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ParquetWriter([new("must", ParquetType.Int32, IsOptional: false), new("text", ParquetType.String), new("map", ParquetType.StringMap)]);
        writer.Begin(output);
        Assert.Throws<ArgumentException>(() => writer.Set(2, new Dictionary<string, string> { ["a"] = "b", ["c"] = null! }));
        Assert.That(Assert.Throws<InvalidOperationException>(() => writer.EndRow(output))!.Message, Does.Contain("'must'"));
        Assert.That(Assert.Throws<InvalidOperationException>(() => writer.Set(0, "7"))!.Message, Does.Contain("'must' holds Int32"));
        writer.Set(0, 7);
        Assert.That(Assert.Throws<InvalidOperationException>(() => writer.Set(0, 8))!.Message, Does.Contain("already"));
        writer.EndRow(output);
        Assert.That(writer.Rows, Is.EqualTo(1));
    }

    [Test]
    public void A_file_without_columns_or_with_two_of_one_name_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ParquetWriter([]));
        Assert.Throws<ArgumentException>(() => _ = new ParquetWriter([new("a", ParquetType.Int32), new("a", ParquetType.String)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ParquetWriter([new("a", ParquetType.Int32)], new() { RowGroupBytes = 1000 }));
    }

    [Test]
    public void Values_are_written_without_allocating()
    {
        var output = new Discarding();
        var writer = new ParquetWriter(
            [new("id", ParquetType.Int64), new("host", ParquetType.String), new("text", ParquetType.String), new("body", ParquetType.Bytes)],
            new() { Compression = ParquetCompression.Uncompressed });
        writer.Begin(output);
        var body = Noise(100);
        Write(200_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(200_000);
        var perValue = (GC.GetAllocatedBytesForCurrentThread() - before) / (4 * 200_000.0);

        // Row groups allocate a little; the smallest object has 24 bytes.
        Assert.That(perValue, Is.LessThan(12));

        void Write(int rows)
        {
            Span<char> text = stackalloc char[20];
            for (var i = 0; i < rows; i++)
            {
                i.TryFormat(text, out var length);
                writer.Set(0, (long)i);
                writer.Set(1, i % 3 == 0 ? "web1" : "web2");
                writer.Set(2, text[..length]);
                writer.Set(3, body);
                writer.EndRow(output);
            }
        }
    }

    [Test]
    public void Many_open_files_share_the_memory()
    {
        var memory = new ParquetMemory(8 << 20);
        var output = new Discarding();
        ParquetWriter[] writers = [.. Enumerable.Range(0, 100).Select(_ => new ParquetWriter([new("body", ParquetType.Bytes)], new() { Memory = memory }))];
        var body = new byte[1000];
        var most = 0L;
        for (var row = 0; row < 1000; row++)
        {
            foreach (var writer in writers)
            {
                Random.Shared.NextBytes(body);
                writer.Set(0, body);
                writer.EndRow(output);
            }

            most = Math.Max(most, memory.Held);
        }

        Assert.That(most, Is.GreaterThan(4 << 20).And.LessThan(24 << 20), "instead of 100 MB");
        Array.ForEach(writers, writer => writer.Finish(output));
        Assert.That(memory.Held, Is.Zero);
    }

    [Test]
    public void A_writer_that_is_dropped_gives_its_share_back()
    {
        var memory = new ParquetMemory(1 << 20);
        Drop();
        Assert.That(() => Collected(memory), Is.Zero.After(10).Seconds.PollEvery(50));

        void Drop()
        {
            var writer = new ParquetWriter([new("body", ParquetType.Bytes)], new() { Memory = memory });
            for (var row = 0; row < 100; row++)
            {
                writer.Set(0, Noise(100));
                writer.EndRow(new Discarding());
            }

            Assert.That(memory.Held, Is.Positive);
        }
    }

    private static long Collected(ParquetMemory memory)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return memory.Held;
    }

    [Test]
    public async Task Only_a_file_with_its_end_is_kept_after_a_crash()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ParquetWriter([new("a", ParquetType.Int32)]);
        writer.Begin(output);
        writer.Set(0, 1);
        writer.EndRow(output);
        writer.Finish(output);
        for (var cut = 0; cut <= output.WrittenCount; cut++)
        {
            var torn = new MemoryFile(output.WrittenSpan[..cut].ToArray());
            Assert.That(
                await FileTail.Parquet.FindWholeAsync(torn, cut, CancellationToken.None), Is.EqualTo(cut == output.WrittenCount ? cut : 0), $"cut at {cut}");
        }
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class Discarding : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[1 << 20];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes;

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes;
    }
}
