using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Storage.Formats.Parquet;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What Parquet costs over plain text of the same data: 100,000 rows of 20 columns, into a file, whole pieces at a time.</summary>
internal static class ParquetBenchmark
{
    private const int Rows = 100_000;
    private const int Columns = 20;
    private const int PieceBytes = 1 << 20;

    private static readonly Random Random = new(7);
    private static readonly byte[][] Hosts = [.. Enumerable.Range(0, 50).Select(i => System.Text.Encoding.UTF8.GetBytes($"web{i:00}.example.org"))];
    private static readonly byte[][] Paths = [.. Enumerable.Range(0, Rows).Select(_ => System.Text.Encoding.UTF8.GetBytes($"/shop/item/{Random.Next(1_000_000)}?session={Random.NextInt64():x}"))];
    private static readonly double[] Numbers = [.. Enumerable.Range(0, Rows).Select(_ => Random.NextDouble() * 1000)];

    public static IEnumerable<BenchmarkRow> Run()
    {
        foreach (var compression in Enum.GetValues<ParquetCompression>())
        {
            var options = new ParquetWriterOptions { Compression = compression };
            yield return Row($"parquet: 8 numbers, 10 texts, 2 flags, {compression.ToString().ToLowerInvariant()}, against text with tabs", path => Table(path, options), TableAsText);
        }

        var events = MakeEvents();
        yield return Row(
            "parquet: events with 20 headers as columns, snappy, against HEADER_AND_TEXT",
            path => Serialize(path, events, new ParquetSerializer(new ParquetSerializerOptions { Columns = [.. events[0].Headers.Select(header => header.Key)] })),
            path => Serialize(path, events, new HeaderAndTextSerializer(new TextSerializerOptions())));
        yield return Row(
            "parquet: events with 20 headers as a map, snappy, against HEADER_AND_TEXT",
            path => Serialize(path, events, new ParquetSerializer(new ParquetSerializerOptions())),
            path => Serialize(path, events, new HeaderAndTextSerializer(new TextSerializerOptions())));
    }

    private static BenchmarkRow Row(string name, Action<string> parquet, Action<string> text)
    {
        var (ours, theirs) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            var peak = PeakBytes(() => parquet(ours));
            var (best, baseline) = Measure.Pair(() => parquet(ours), () => text(theirs), rounds: 5);
            return new BenchmarkRow(name, Figure(best, ours) + string.Create(CultureInfo.InvariantCulture, $", peak extra {peak / 1e6:0} MB"), Figure(baseline, theirs), best.Seconds / baseline.Seconds);
        }
        finally
        {
            File.Delete(ours);
            File.Delete(theirs);
        }
    }

    private static string Figure(Measure.Result result, string file) => string.Create(
        CultureInfo.InvariantCulture, $"{result.Seconds * 1000:0} ms, {new FileInfo(file).Length / 1e6:0.0} MB, {result.Bytes / (double)(Rows * Columns):0.0} B allocated a value");

    // What the process has from the system, looked at all the time while it runs. The first run, so nothing is there yet to be used again.
    private static long PeakBytes(Action action)
    {
        using var process = Process.GetCurrentProcess();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        process.Refresh();
        var before = process.WorkingSet64;
        var peak = before;
        using var done = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            using var watched = Process.GetCurrentProcess();
            while (!done.Wait(2))
            {
                watched.Refresh();
                peak = Math.Max(peak, watched.WorkingSet64);
            }
        });
        watch.Start();
        action();
        done.Set();
        watch.Join();
        return peak - before;
    }

    private static void Table(string path, ParquetWriterOptions options)
    {
        using var file = new Pieces(path);
        var columns = Enumerable.Range(0, Columns).Select(i => new ParquetColumn($"c{i}", i < 4 ? ParquetType.Int64 : i < 8 ? ParquetType.Double : i < 18 ? ParquetType.String : ParquetType.Boolean));
        var writer = new ParquetWriter([.. columns], options);
        writer.Begin(file);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                writer.Set(column, Whole(row, column));
                writer.Set(column + 4, Numbers[(row + column) % Rows]);
            }

            for (var column = 8; column < 18; column++)
            {
                writer.Set(column, Text(row, column));
            }

            writer.Set(18, row % 2 == 0);
            writer.Set(19, row % 3 == 0);
            writer.EndRow(file);
            file.WriteIfFull();
        }

        writer.Finish(file);
    }

    private static void TableAsText(string path)
    {
        using var file = new Pieces(path);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                Utf8Formatter.TryFormat(Whole(row, column), file.GetSpan(32), out var length);
                file.Advance(length);
                Tab(file, (byte)'\t');
                Utf8Formatter.TryFormat(Numbers[(row + column) % Rows], file.GetSpan(32), out length);
                file.Advance(length);
                Tab(file, (byte)'\t');
            }

            for (var column = 8; column < 18; column++)
            {
                file.Write(Text(row, column));
                Tab(file, (byte)'\t');
            }

            file.Write(row % 2 == 0 ? "true\t"u8 : "false\t"u8);
            file.Write(row % 3 == 0 ? "true\n"u8 : "false\n"u8);
            file.WriteIfFull();
        }
    }

    private static void Tab(Pieces file, byte one)
    {
        file.GetSpan(1)[0] = one;
        file.Advance(1);
    }

    private static long Whole(int row, int column) => column switch
    {
        0 => 1_760_000_000_000 + (row * 13L),
        1 => row % 600,
        2 => row * 2_654_435_761L,
        _ => row % 7 == 0 ? 404 : 200,
    };

    // Most of what is logged repeats; two columns do not.
    private static byte[] Text(int row, int column) => column < 10 ? Paths[(row * column) % Rows] : Hosts[row * (column + 1) % Hosts.Length];

    private static FlumeEvent[] MakeEvents()
    {
        var events = new FlumeEvent[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var headers = EventHeaders.Empty;
            for (var column = 0; column < Columns; column++)
            {
                headers = headers.Set($"header{column}", column < 10 ? System.Text.Encoding.UTF8.GetString(Text(row, column + 8)) : Whole(row, column % 4).ToString(CultureInfo.InvariantCulture));
            }

            events[row] = new FlumeEvent(Paths[row], headers);
        }

        return events;
    }

    private static void Serialize(string path, FlumeEvent[] events, IEventSerializer serializer)
    {
        using var file = new Pieces(path);
        serializer.Begin(file);
        foreach (var one in events)
        {
            serializer.Write(file, one);
            file.WriteIfFull();
        }

        serializer.Flush(file);
        serializer.Finish(file);
    }

    /// <summary>A file that is written in pieces, from one buffer for all files, as sinks do it.</summary>
    private sealed class Pieces(string path) : IBufferWriter<byte>, IDisposable
    {
        private static readonly ArrayBufferWriter<byte> Piece = new(PieceBytes);

        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

        public void Advance(int count) => Piece.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0) => Piece.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => Piece.GetSpan(sizeHint);

        public void WriteIfFull()
        {
            if (Piece.WrittenCount >= PieceBytes)
            {
                Write();
            }
        }

        public void Dispose()
        {
            Write();
            _file.Dispose();
        }

        private void Write()
        {
            _file.Write(Piece.WrittenSpan);
            Piece.ResetWrittenCount();
        }
    }
}
