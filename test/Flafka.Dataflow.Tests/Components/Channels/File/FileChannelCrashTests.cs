using System.Globalization;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>
/// Random puts, takes, commits and rollbacks; after every operation on the disk the power is cut or the process killed, and the next start is compared with
/// what was promised until then. <c>scripts/crash.sh</c> runs more of it.
/// </summary>
public class FileChannelCrashTests
{
    private const int OperationsOfARun = 500;

    private static int Points => int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_CRASH_POINTS"), CultureInfo.InvariantCulture, out var points) ? points : 5_000;

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_CRASH_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    [Test]
    public void Whenever_it_crashes_what_was_acknowledged_is_there_in_order_and_what_was_committed_stays_gone()
    {
        var points = 0;
        for (var seed = FirstSeed; points < Points; seed++)
        {
            points += CheckRun(seed);
        }

        TestContext.Out.WriteLine($"{points} crashes.");
        Assert.That(points, Is.GreaterThanOrEqualTo(Points));
    }

    private static int CheckRun(int seed)
    {
        var run = new RandomRun(seed);
        run.Go();
        foreach (var (disk, acknowledged, mustBeGone, put, isKill) in run.Crashes)
        {
            var found = Recover(disk, seed, run.Directories);
            var message = $"seed {seed}, {(isKill ? "killed" : "power cut")} (FLAFKA_CRASH_SEED={seed})";
            Assert.That(found, Is.Ordered.Ascending.And.Unique, message);
            var present = found.ToHashSet();
            Assert.That(acknowledged.Where(number => !present.Contains(number)), Is.Empty, message + ": lost");
            Assert.That(found.Where(mustBeGone.Contains), Is.Empty, message + ": came back");
            Assert.That(found.Where(number => number >= put), Is.Empty, message + ": never put");
        }

        return run.Crashes.Count;
    }

    private static List<int> Recover(SimulatedStorage disk, int seed, string[] directories)
    {
        var scheduler = new SimulatedScheduler(seed);
        var found = new List<int>();
        scheduler.Run(async () =>
        {
            var channel = RandomRun.New(disk, scheduler.Runtime, directories);
            await channel.StartAsync(CancellationToken.None);
            var leases = new List<Lease>();
            var block = new ActionBlock<Lease>(leases.Add, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
            channel.Connect(block, new FeedOptions(1000, Window: 1000));
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            found.AddRange(leases.SelectMany(lease => lease.Events).Select(RandomRun.Number));
            Assert.That(channel.Statistics.Events, Is.EqualTo(found.Count));
        });
        return found;
    }

    private sealed class RandomRun(int seed)
    {
        private readonly SimulatedStorage _disk = new();
        private readonly Random _random = new(seed);
        private readonly HashSet<int> _acknowledged = [];
        private readonly HashSet<int> _committed = [];
        private readonly List<(TimeSpan Time, int Operation, int Number)> _commits = [];
        private SimulatedScheduler _scheduler = null!;
        private int _put;
        private int _operations;

        public string[] Directories { get; } = seed % 3 == 0 ? ["/d/1", "/d/2"] : ["/d/1"];

        public List<(SimulatedStorage Disk, int[] Acknowledged, HashSet<int> MustBeGone, int Put, bool IsKill)> Crashes { get; } = [];

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
            };
            _disk.After = Crash;
            _scheduler.Run(async () =>
            {
                var channel = New(_disk, _scheduler.Runtime, Directories);
                await channel.StartAsync(CancellationToken.None);
                var sinks = Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => new FeedTarget(this, channel)).ToList();
                sinks.ForEach(sink => sink.Connect());
                while (_operations < OperationsOfARun)
                {
                    if (channel.Statistics.Events < 300)
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
            var filler = new string('x', _random.Next(50));
            var events = Enumerable.Range(first, count).Select(number => FlumeEvent.FromText(string.Create(CultureInfo.InvariantCulture, $"{number} {filler}")));
            var batch = new EventBatch([.. events], Receipt.Create(outcome =>
            {
                Assert.That(outcome.IsDelivered, Is.True);
                _acknowledged.UnionWith(Enumerable.Range(first, count));
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
            var gone = _commits.Where(commit => isKill ? _operations - commit.Operation > 12 * Directories.Length : now - commit.Time > TimeSpan.FromMilliseconds(50 + (12 * 6)))
                .Select(commit => commit.Number).ToHashSet();
            Crashes.Add((_disk.Crash(isKill ? null : _random), [.. _acknowledged.Except(_committed)], gone, _put, isKill));
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
                await run._scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(run._random.Next(8)), CancellationToken.None);
                switch (run._random.Next(6))
                {
                    case 0:
                        lease.GiveBack(new DeliveryException("no"));
                        break;
                    case 1:
                        var some = Enumerable.Range(0, lease.Count).Where(_ => run._random.Next(2) == 0).ToArray();
                        Note(some.Select(index => lease.Events[index]));
                        lease.Commit(some);
                        if (!lease.IsSettled)
                        {
                            lease.GiveBack(new DeliveryException("no"));
                        }

                        break;
                    default:
                        Note(lease.Events);
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
