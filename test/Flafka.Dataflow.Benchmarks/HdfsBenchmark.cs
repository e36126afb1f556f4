using System.Collections.Immutable;
using System.Globalization;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Storage.Hdfs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What the hdfs sink costs over a bare stream, and many open files over one, on the disk of the temporary folder.</summary>
internal static class HdfsBenchmark
{
    private const int BodySize = 200;
    private const int Events = 200_000;
    private const int Buckets = 500;
    private static readonly byte[] Body = [.. Enumerable.Repeat((byte)'x', BodySize)];

    public static IEnumerable<BenchmarkRow> Run()
    {
        var folder = Directory.CreateTempSubdirectory("flafka-bench-").FullName;
        try
        {
            foreach (var batchSize in new[] { 100, 1000 })
            {
                yield return TextAsync(Path.Combine(folder, $"text-{batchSize}"), batchSize).GetAwaiter().GetResult();
            }

            foreach (var batchSize in new[] { 1000, 10_000 })
            {
                yield return BucketsAsync(Path.Combine(folder, $"buckets-{batchSize}"), batchSize).GetAwaiter().GetResult();
            }

            yield return RunsAsync(Path.Combine(folder, "runs"), 1000).GetAwaiter().GetResult();
            yield return BareBucketsAsync(Path.Combine(folder, "bare-buckets"), 1000).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<BenchmarkRow> TextAsync(string folder, int batchSize)
    {
        var batch = Batch(batchSize, buckets: 1);
        var sink = await OpenAsync(folder, "/%Y-%m-%d");
        var round = 0;
        var (ours, bare) = Measure.Pair(
            () => Write(sink, batch),
            () =>
            {
                using var file = new FileStream(Path.Combine(folder, $"bare-{round++}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024);
                for (var written = 0; written < Events; written += batch.Length)
                {
                    foreach (var flumeEvent in batch)
                    {
                        file.Write(flumeEvent.Body.Span);
                        file.WriteByte((byte)'\n');
                    }

                    file.Flush();
                }
            });
        await sink.StopAsync(CancellationToken.None);
        return new BenchmarkRow($"hdfs: text, batches of {batchSize} x {BodySize} bytes", Cost(ours), $"bare stream {Cost(bare)}", bare.Seconds / ours.Seconds);
    }

    // Each event goes into another file than the one before.
    private static async Task<BenchmarkRow> BucketsAsync(string folder, int batchSize)
    {
        var sink = await OpenAsync(folder, "/%{bucket}");
        var (manyBatch, oneBatch) = (Batch(batchSize, Buckets), Batch(batchSize, buckets: 1));
        var (many, one) = Measure.Pair(() => Write(sink, manyBatch), () => Write(sink, oneBatch));
        await sink.StopAsync(CancellationToken.None);
        return new BenchmarkRow($"hdfs: {Buckets} files at once, batches of {batchSize} x {BodySize} bytes", Cost(many), $"one file {Cost(one)}", one.Seconds / many.Seconds);
    }

    // Each batch goes into another file than the one before, as when a source reads one thing after the other.
    private static async Task<BenchmarkRow> RunsAsync(string folder, int batchSize)
    {
        var sink = await OpenAsync(folder, "/%{bucket}");
        var batches = Enumerable.Range(0, Buckets).Select(bucket => Batch(batchSize, 1, bucket)).ToArray();
        var next = 0;
        var (many, one) = Measure.Pair(() => Write(sink, () => batches[next++ % Buckets]), () => Write(sink, batches[0]));
        await sink.StopAsync(CancellationToken.None);
        return new BenchmarkRow($"hdfs: {Buckets} files in turns, batches of {batchSize} x {BodySize} bytes", Cost(many), $"one file {Cost(one)}", one.Seconds / many.Seconds);
    }

    // Against nothing but the calls of the system.
    private static async Task<BenchmarkRow> BareBucketsAsync(string folder, int batchSize)
    {
        var sink = await OpenAsync(folder, "/%{bucket}");
        var batch = Batch(batchSize, Buckets);
        var piece = Enumerable.Repeat((byte)'x', batchSize / Buckets * (BodySize + 1)).ToArray();
        var handles = Enumerable.Range(0, Buckets).Select(n => File.OpenHandle(Path.Combine(folder, $"bare-{n}"), FileMode.CreateNew, FileAccess.Write)).ToArray();
        var position = 0L;
        var (ours, bare) = Measure.Pair(
            () => Write(sink, batch),
            () =>
            {
                for (var written = 0; written < Events; written += batchSize)
                {
                    foreach (var handle in handles)
                    {
                        RandomAccess.Write(handle, piece, position);
                    }

                    position += piece.Length;
                }
            });
        Array.ForEach(handles, static handle => handle.Dispose());
        await sink.StopAsync(CancellationToken.None);
        return new BenchmarkRow($"hdfs: {Buckets} files at once, batches of {batchSize} x {BodySize} bytes", Cost(ours), $"bare writes {Cost(bare)}", bare.Seconds / ours.Seconds);
    }

    private static ImmutableArray<FlumeEvent> Batch(int count, int buckets, int first = 0)
    {
        var headers = Enumerable.Range(0, buckets).Select(n => EventHeaders.Empty.Set("bucket", $"b{first + n}").Set("timestamp", 1_760_000_000_000L)).ToArray();
        return [.. Enumerable.Range(0, count).Select(n => new FlumeEvent(Body, headers[n % buckets]))];
    }

    private static void Write(HdfsSink sink, ImmutableArray<FlumeEvent> batch) => Write(sink, () => batch);

    private static void Write(HdfsSink sink, Func<ImmutableArray<FlumeEvent>> next) => Task.Run(async () =>
    {
        for (var written = 0; written < Events;)
        {
            var batch = next();
            await sink.WriteAsync(batch, CancellationToken.None);
            written += batch.Length;
        }
    }).GetAwaiter().GetResult();

    private static async Task<HdfsSink> OpenAsync(string folder, string path)
    {
        var options = new HdfsSinkOptions
        {
            Path = "file:" + folder + path,
            FileType = HdfsFileType.DataStream,
            RollCount = 0,
            RollSize = 0,
            RollInterval = TimeSpan.Zero,
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "TEXT", static _ => new TextSerializer(new TextSerializerOptions())),
            StateDirectory = Path.Combine(folder, "state"),
        };
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), NullLoggerFactory.Instance, AgentRuntime.System, new NoServices());
        var sink = new HdfsSink(options, context, new LocalStorage(AgentRuntime.System), NullLogger<HdfsSink>.Instance);
        await sink.StartAsync(CancellationToken.None);
        return sink;
    }

    private static string Cost(Measure.Result result) =>
        string.Create(CultureInfo.InvariantCulture, $"{Events / result.Seconds / 1e3:0} k events/s, {result.Bytes / (double)Events:0} B/event");

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
