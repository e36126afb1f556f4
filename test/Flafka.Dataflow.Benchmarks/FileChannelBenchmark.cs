using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What the file channel costs over the same bytes written and read without it, on the disk of the temporary folder.</summary>
internal static class FileChannelBenchmark
{
    private const int BatchSize = 500;
    private const int Batches = 100;
    private const int BodySize = 1024;
    private const int Rounds = 7;

    public static IEnumerable<BenchmarkRow> Run()
    {
        var folder = Directory.CreateTempSubdirectory("flafka-bench-").FullName;
        try
        {
            yield return PutAsync(Path.Combine(folder, "put")).GetAwaiter().GetResult();
            yield return TakeAsync(Path.Combine(folder, "take")).GetAwaiter().GetResult();
            yield return StartAsync(Path.Combine(folder, "start")).GetAwaiter().GetResult();
            yield return GroupAsync(Path.Combine(folder, "group")).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ImmutableArray<FlumeEvent> Events(int count, int size) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var body = new byte[size];
        new Random(number).NextBytes(body);
        return new FlumeEvent(body);
    })];

    // One committer; each batch is on disk before the next is put.
    private static async Task<BenchmarkRow> PutAsync(string folder)
    {
        var events = Events(BatchSize, BodySize);
        var bytes = new byte[BatchSize * BodySize];
        new Random(1).NextBytes(bytes);
        var channel = await OpenAsync(folder);
        var round = 0;
        var (ours, bare) = Measure.Pair(
            () =>
            {
                for (var i = 0; i < Batches; i++)
                {
                    StoreAsync(channel, events).GetAwaiter().GetResult();
                }
            },
            () =>
            {
                using var file = File.OpenHandle(Path.Combine(folder, $"bare-{round++}"), FileMode.CreateNew, FileAccess.Write);
                for (var i = 0; i < Batches; i++)
                {
                    RandomAccess.Write(file, bytes, (long)i * bytes.Length);
                    RandomAccess.FlushToDisk(file);
                }
            },
            Rounds);
        await channel.StopAsync(CancellationToken.None);
        return new BenchmarkRow("file: put and sync of 500 x 1 KiB, one committer", Rate(ours.Seconds), $"bare write and fsync {Rate(bare.Seconds)}", bare.Seconds / ours.Seconds);
    }

    // From disk: the channel has just been started. The commits are written and synced, too.
    private static async Task<BenchmarkRow> TakeAsync(string folder)
    {
        var events = Events(BatchSize, BodySize);
        double best = double.MaxValue, bestBare = double.MaxValue;
        for (var round = 0; round < Rounds + 2; round++)
        {
            var filling = await OpenAsync(folder);
            for (var i = 0; i < Batches; i++)
            {
                await StoreAsync(filling, events);
            }

            await filling.StopAsync(CancellationToken.None);
            var start = Stopwatch.GetTimestamp();
            ReadAll(folder);
            var bare = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var channel = await OpenAsync(folder);
            start = Stopwatch.GetTimestamp();
            await TakeAllAsync(channel, Batches * BatchSize);
            var ours = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await channel.StopAsync(CancellationToken.None);
            if (round >= 2)
            {
                (best, bestBare) = (Math.Min(best, ours), Math.Min(bestBare, bare));
            }
        }

        return new BenchmarkRow("file: take from disk and commit of 500 x 1 KiB", Rate(best), $"bare read {Rate(bestBare)}", bestBare / best);
    }

    private static async Task<BenchmarkRow> StartAsync(string folder)
    {
        var (full, empty) = (Path.Combine(folder, "full"), Path.Combine(folder, "empty"));
        var channel = await OpenAsync(full);
        var events = Events(1000, 100);
        for (var i = 0; i < 1000; i++)
        {
            await StoreAsync(channel, events);
        }

        await channel.StopAsync(CancellationToken.None);
        double best = double.MaxValue, bestEmpty = double.MaxValue;
        for (var round = 0; round < 5 * Rounds; round++)
        {
            bestEmpty = Math.Min(bestEmpty, await StartOnceAsync(empty, 0));
            best = Math.Min(best, await StartOnceAsync(full, 1_000_000));
        }

        return new BenchmarkRow("file: start with 1,000,000 events held", Milliseconds(best), $"with none {Milliseconds(bestEmpty)}", best / bestEmpty);

        static async Task<double> StartOnceAsync(string folder, long expected)
        {
            var start = Stopwatch.GetTimestamp();
            var channel = await OpenAsync(folder);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (channel.Statistics.Events != expected)
            {
                throw new InvalidOperationException($"{channel.Statistics.Events} events instead of {expected}.");
            }

            await channel.StopAsync(CancellationToken.None);
            return seconds;
        }
    }

    private static async Task<BenchmarkRow> GroupAsync(string folder)
    {
        const int Commits = 200;
        var events = Events(1, 100);
        var channel = await OpenAsync(folder);
        var (many, one) = Measure.Pair(() => Commit(8), () => Commit(1), 3 * Rounds);
        await channel.StopAsync(CancellationToken.None);
        var (manyRate, oneRate) = (8 * Commits / many.Seconds, Commits / one.Seconds);
        return new BenchmarkRow("file: 8 committers of one event at once", $"{manyRate:0} commits/s", $"one {oneRate:0} commits/s", manyRate / oneRate);

        void Commit(int committers) => Task.WaitAll([.. Enumerable.Range(0, committers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Commits; i++)
            {
                await StoreAsync(channel, events);
            }
        }))]);
    }

    private static async Task<FileChannel> OpenAsync(string folder)
    {
        var options = new FileChannelOptions
        {
            Capacity = 10_000_000, TransactionCapacity = 10_000, DataDirs = [Path.Combine(folder, "data")], CheckpointDir = Path.Combine(folder, "checkpoint"),
        };
        var runtime = AgentRuntime.System;
        var id = new ComponentId("a1", ComponentKind.Channel, "c1");
        var channel = new FileChannel(options, new LocalStorage(runtime), new ComponentContext(id, NullLoggerFactory.Instance, runtime, new NoServices()), NullLogger<FileChannel>.Instance);
        await channel.StartAsync(CancellationToken.None);
        return channel;
    }

    private static async Task StoreAsync(FileChannel channel, ImmutableArray<FlumeEvent> events)
    {
        var stored = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var batch = new EventBatch(events, Receipt.Create(stored.SetResult)) { SettleWhenStored = true };
        if (!await channel.PutAsync(batch, PutMode.Wait, CancellationToken.None) || !(await stored.Task).IsDelivered)
        {
            throw new InvalidOperationException("A put was refused.");
        }
    }

    private static async Task TakeAllAsync(FileChannel channel, int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new ActionBlock<Lease>(lease =>
        {
            lease.TryBegin();
            lease.Feed!.OnBegun(lease);
            lease.Commit();
            lease.Feed.OnHandlerEnded(lease);
            if ((count -= lease.Count) == 0)
            {
                done.SetResult();
            }
        });
        var feed = channel.Connect(sink, new FeedOptions(BatchSize));
        await done.Task;
        await feed.DisconnectAsync();
    }

    private static void ReadAll(string folder)
    {
        foreach (var path in Directory.GetFiles(Path.Combine(folder, "data"), "segment-*"))
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            for (long at = 0, length = RandomAccess.GetLength(file); at < length;)
            {
                at += RandomAccess.Read(file, GC.AllocateUninitializedArray<byte>((int)Math.Min(BatchSize * BodySize, length - at)), at);
            }
        }
    }

    private static string Rate(double seconds)
    {
        var events = Batches * BatchSize / seconds;
        return string.Create(CultureInfo.InvariantCulture, $"{events / 1e3:0} k events/s, {events * BodySize / (1 << 20):0} MiB/s");
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.0} ms");

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
