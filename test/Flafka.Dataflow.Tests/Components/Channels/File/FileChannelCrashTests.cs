using System.Globalization;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>
/// Random puts, takes, commits and rollbacks, on a disk that in some runs fails now and then; after every operation on it the power is cut or the process
/// killed, and the next start is compared with what was promised until then. From one of the crashes a second life goes on. <c>scripts/crash.sh</c> runs more.
/// </summary>
public class FileChannelCrashTests
{
    private const int OperationsOfARun = 500;

    private static int Points => int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_CRASH_POINTS"), CultureInfo.InvariantCulture, out var points) ? points : 100_000;

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_CRASH_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    [Test]
    public void Whenever_it_crashes_what_was_acknowledged_is_there_in_order_and_what_was_committed_stays_gone()
    {
        var (points, nextSeed) = (0, FirstSeed - 1);
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning)).ToArray();
        Task.WaitAll(workers);
        TestContext.Out.WriteLine($"{points} crashes, seeds {FirstSeed} to {nextSeed}.");
        Assert.That(points, Is.GreaterThanOrEqualTo(Points));

        void Work()
        {
            while (Volatile.Read(ref points) < Points)
            {
                Interlocked.Add(ref points, CheckRun(Interlocked.Increment(ref nextSeed)));
            }
        }
    }

    private static int CheckRun(int seed)
    {
        var first = new RandomRun(seed, new SimulatedStorage(), [], [], 0);
        first.Go();
        first.Crashes.ForEach(crash => Check(crash, seed, first.Directories));
        var crash = first.Crashes[new Random(seed).Next(first.Crashes.Count)];
        var second = new RandomRun(seed, crash.Disk.Crash(null), crash.Acknowledged, crash.MustBeGone, crash.Put);
        second.Go();
        second.Crashes.ForEach(crash => Check(crash, seed, first.Directories));
        return first.Crashes.Count + second.Crashes.Count;
    }

    private static void Check(CrashPoint crash, int seed, string[] directories)
    {
        var found = Recover(crash.Disk.Crash(null), seed, directories);
        var message = $"{(crash.IsKill ? "killed" : "power cut")} (FLAFKA_CRASH_SEED={seed})";
        var present = found.ToHashSet();
        Assert.That(found.Zip(found.Skip(1)).All(static pair => pair.First < pair.Second), message + ": order");
        Assert.That(crash.Acknowledged.Where(number => !present.Contains(number)), Is.Empty, message + ": lost");
        Assert.That(found.Where(crash.MustBeGone.Contains), Is.Empty, message + ": came back");
        Assert.That(found.Where(number => number >= crash.Put), Is.Empty, message + ": never put");
    }

    private static List<int> Recover(SimulatedStorage disk, int seed, string[] directories)
    {
        var scheduler = new SimulatedScheduler(seed);
        var found = new List<int>();
        scheduler.Run(async () =>
        {
            var channel = RandomRun.New(disk, scheduler.Runtime, directories);
            await channel.StartAsync(CancellationToken.None);
            found = await ReadAsync(channel, scheduler);
        });
        return found;
    }

    // What it holds, without taking anything.
    private static async Task<List<int>> ReadAsync(FileChannel channel, SimulatedScheduler scheduler)
    {
        var leases = new List<Lease>();
        var block = new ActionBlock<Lease>(leases.Add, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        var feed = channel.Connect(block, new FeedOptions(1000, Window: 1000));
        await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        var found = leases.SelectMany(lease => lease.Events).Select(RandomRun.Number).ToList();
        Assert.That(channel.Statistics.Events, Is.EqualTo(found.Count));
        await feed.DisconnectAsync();
        return found;
    }

    private sealed record CrashPoint(SimulatedStorage Disk, int[] Acknowledged, HashSet<int> MustBeGone, int Put, bool IsKill);

    private sealed class RandomRun(int seed, SimulatedStorage disk, int[] acknowledged, HashSet<int> gone, int put)
    {
        private readonly SimulatedStorage _disk = disk;
        private readonly Random _random = new(seed);
        private readonly HashSet<int> _acknowledged = [.. acknowledged];
        private readonly HashSet<int> _gone = [.. gone];
        private readonly HashSet<int> _committed = [];
        private readonly List<(TimeSpan Time, int Operation, int Number)> _commits = [];
        private SimulatedScheduler _scheduler = null!;
        private int _put = put;
        private int _pending; // events of puts that have no answer yet
        private int _operations;
        private bool _mayFail;

        public string[] Directories { get; } = seed % 3 == 0 ? ["/d/1", "/d/2"] : ["/d/1"];

        public List<CrashPoint> Crashes { get; } = [];

        public static int Number(FlumeEvent flumeEvent) => int.Parse(flumeEvent.ToString().Split(' ')[0], CultureInfo.InvariantCulture);

        public static FileChannel New(SimulatedStorage disk, AgentRuntime runtime, string[] directories)
        {
            var options = new FileChannelOptions
            {
                Capacity = 500, TransactionCapacity = 100, DataDirs = [.. directories], CheckpointDir = "/d/checkpoint", MaxFileSize = 4096, CheckpointInterval = TimeSpan.FromSeconds(1),
            };
            var id = new ComponentId("a1", ComponentKind.Channel, "c1");
            return new FileChannel(options, disk, new ComponentContext(id, NullLoggerFactory.Instance, runtime, new NoServices()), NullLogger<FileChannel>.Instance);
        }

        public void Go()
        {
            _scheduler = new SimulatedScheduler(seed);
            _disk.Before = async (_, _) =>
            {
                if (_random.Next(3) == 0)
                {
                    await _scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(_random.Next(6)), CancellationToken.None);
                }

                if (_mayFail && _random.Next(50) == 0)
                {
                    throw new IOException("input/output error");
                }
            };
            _disk.After = Crash;
            _scheduler.Run(async () =>
            {
                var channel = New(_disk, _scheduler.Runtime, Directories);
                await channel.StartAsync(CancellationToken.None);
                var held = await ReadAsync(channel, _scheduler);
                _acknowledged.UnionWith(held); // it was lent, so it must not be lost any more
                _gone.UnionWith(Enumerable.Range(0, _put).Except(held));
                _mayFail = seed % 4 == 1;
                var sinks = Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => new FeedTarget(this, channel)).ToList();
                sinks.ForEach(sink => sink.Connect());
                for (var turn = 0; _operations < OperationsOfARun && turn < 20 * OperationsOfARun; turn++)
                {
                    if (channel.Statistics.Events + _pending < 300 && channel.Problem?.StartsWith("FLK6104", StringComparison.Ordinal) != false)
                    {
                        Put(channel);
                    }

                    if (_random.Next(4) == 0)
                    {
                        await _scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(_random.Next(40)), CancellationToken.None);
                    }
                    else
                    {
                        await Task.Yield();
                    }
                }
            });
        }

        private void Put(FileChannel channel)
        {
            var (first, count) = (_put, 1 + _random.Next(_random.Next(4) == 0 ? 40 : 4));
            _put += count;
            _pending += count;
            var filler = new string('x', _random.Next(50));
            var events = Enumerable.Range(first, count).Select(number => FlumeEvent.FromText(string.Create(CultureInfo.InvariantCulture, $"{number} {filler}")));
            var batch = new EventBatch([.. events], Receipt.Create(outcome =>
            {
                _pending -= count;
                Assert.That(outcome.IsDelivered || _mayFail, Is.True);
                if (outcome.IsDelivered)
                {
                    _acknowledged.UnionWith(Enumerable.Range(first, count));
                }
            }))
            {
                SettleWhenStored = true,
            };
            Assert.That(channel.PutAsync(batch, PutMode.Wait, CancellationToken.None).AsTask().IsCompletedSuccessfully, Is.True, "there is room");
        }

        // Committed so long ago that the promise covers it: a power cut may take back 50 ms and the time of two syncs, a kill what the writer had not begun with.
        private void Crash()
        {
            _operations++;
            var isKill = _random.Next(4) == 0;
            var now = _scheduler.Time.Elapsed;
            var gone = _commits.Where(commit => !_mayFail && (isKill ? _operations - commit.Operation > 12 * Directories.Length : now - commit.Time > TimeSpan.FromMilliseconds(50 + (12 * 6))))
                .Select(commit => commit.Number).ToHashSet();
            gone.UnionWith(_gone);
            Crashes.Add(new CrashPoint(_disk.Crash(isKill ? null : _random), [.. _acknowledged.Except(_committed)], gone, _put, isKill));
        }

        private sealed class FeedTarget(RandomRun run, FileChannel channel)
        {
            public void Connect()
            {
                var block = new ActionBlock<Lease>(HandleAsync, new ExecutionDataflowBlockOptions { TaskScheduler = run._scheduler });
                channel.Connect(block, new FeedOptions(1 + run._random.Next(30), Window: 1 + run._random.Next(2)));
            }

            private async Task HandleAsync(Lease lease)
            {
                var feed = lease.Feed!;
                if (lease.Count == 0)
                {
                    feed.OnHandlerEnded(lease);
                    return;
                }

                if (!lease.TryBegin())
                {
                    return;
                }

                feed.OnBegun(lease);
                var events = lease.Events;
                if (run._random.Next(3) == 0)
                {
                    lease.ReleaseEvents();
                }

                await run._scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(run._random.Next(8)), CancellationToken.None);
                switch (run._random.Next(6))
                {
                    case 0:
                        lease.GiveBack(new DeliveryException("no"));
                        break;
                    case 1:
                        var some = Enumerable.Range(0, lease.Count).Where(_ => run._random.Next(2) == 0).ToArray();
                        Note(some.Select(index => events[index]));
                        lease.Commit(some);
                        if (!lease.IsSettled)
                        {
                            lease.GiveBack(new DeliveryException("no"));
                        }

                        break;
                    default:
                        Note(events);
                        lease.Commit();
                        break;
                }

                feed.OnHandlerEnded(lease);
            }

            private void Note(IEnumerable<FlumeEvent> events)
            {
                foreach (var number in events.Select(Number))
                {
                    Assert.That(run._committed.Add(number), Is.True, "committed once");
                    run._commits.Add((run._scheduler.Time.Elapsed, run._operations, number));
                }
            }
        }

        private sealed class NoServices : IServiceProvider
        {
            public object? GetService(Type serviceType) => null;
        }
    }
}
