using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>What a disk can do to a channel: everybody gets an answer, and nothing that was acknowledged is lost.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class FileChannelFailureTests
{
    private readonly FileChannelBench _bench = new();

    [Test]
    public void One_of_two_directories_fails_and_what_waits_goes_into_the_other() => TwoDirectories(async (bench, channel) =>
    {
        bench.Simulated.Before = (operation, path) => operation is "create" or "write" && path.StartsWith("/d/1", StringComparison.Ordinal) ? throw new IOException("broken") : Task.CompletedTask;
        var puts = Enumerable.Range(0, 50).Select(number => FileChannelBench.Put(channel, number)).ToList();
        await bench.WaitAsync(0.5);
        Assert.That(puts.TrueForAll(static put => put.IsCompleted), Is.True, "nobody waits for ever");
        var outcomes = await Join(puts);
        var later = await Join(Enumerable.Range(50, 50).Select(number => FileChannelBench.Put(channel, number)));
        Assert.That(later.TrueForAll(static outcome => outcome.IsDelivered), Is.True);
        Assert.That(channel.Problem, Does.Contain("FLK6102").And.Contain("/d/1"));
        var stored = outcomes.Select((outcome, number) => (outcome, number)).Where(static put => put.outcome.IsDelivered).Select(static put => put.number).Concat(Enumerable.Range(50, 50));
        Assert.That(await bench.TakeAllAsync(channel), Is.EqualTo(stored.Select(static number => $"e{number}")));
        bench.Simulated.Before = null;
        await bench.WaitAsync(3);
        Assert.That(channel.Problem, Is.Null);
    });

    [Test]
    public void Below_the_required_space_in_one_directory_puts_go_into_the_other() => TwoDirectories(async (bench, channel) =>
    {
        bench.Simulated.FreeBytesOf = static directory => directory == "/d/1" ? 1000 : long.MaxValue;
        await bench.WaitAsync(2);
        var outcomes = await Join(Enumerable.Range(0, 50).Select(number => FileChannelBench.Put(channel, number)));
        Assert.That(outcomes.TrueForAll(static outcome => outcome.IsDelivered), Is.True);
    });

    [Test]
    public void The_first_sync_of_a_channel_may_fail_and_it_goes_on_in_a_new_segment() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        var failures = 1;
        _bench.Simulated.Before = (operation, _) => operation == "sync" && failures-- > 0 ? throw new IOException("input/output error") : Task.CompletedTask;
        Assert.That((await FileChannelBench.Put(channel, 0)).Reason?.Message, Does.Contain("FLK6103"));
        Assert.That((await FileChannelBench.Put(channel, 1)).IsDelivered, Is.True);
        Assert.That(await _bench.TakeAllAsync(channel), Is.EqualTo(["e1"]));
    });

    [Test]
    public void Whatever_a_disk_throws_a_put_gets_an_answer() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        _bench.Simulated.Before = static (operation, _) => operation == "write" ? throw new InvalidOperationException("a bug") : Task.CompletedTask;
        Assert.That((await FileChannelBench.Put(channel, 0)).Reason?.Message, Does.Contain("a bug"));
        _bench.Simulated.Before = null;
        await _bench.WaitAsync(3);
        Assert.That((await FileChannelBench.Put(channel, 1)).IsDelivered, Is.True);
    });

    [Test]
    public void While_a_disk_is_full_the_files_do_not_become_more_and_sinks_make_room() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        for (var number = 0; number < 200; number++)
        {
            await FileChannelBench.Put(channel, number, padding: new string('x', 50));
        }

        var segments = _bench.Segments.Count();
        Assert.That(segments, Is.GreaterThan(2));
        _bench.Simulated.Before = static (operation, _) => operation == "write" ? throw new IOException("No space left on device") : Task.CompletedTask;
        Assert.That((await FileChannelBench.Put(channel, 200)).IsDelivered, Is.False);
        await _bench.WaitAsync(600);
        Assert.That(_bench.Segments.Count(), Is.EqualTo(segments));
        Assert.That(_bench.Loggers.Texts.Count(static text => text.Contains("No space", StringComparison.Ordinal)), Is.InRange(2, 12), "told once a minute");
        Assert.That(await _bench.TakeAllAsync(channel), Has.Count.EqualTo(200));
        await _bench.WaitAsync(5);
        Assert.That(_bench.Segments, Is.Empty);
        _bench.Simulated.Before = null;
        await _bench.WaitAsync(3);
        Assert.That((await FileChannelBench.Put(channel, 201)).IsDelivered, Is.True);
        Assert.That(channel.Problem, Is.Null);
    });

    [Test]
    public void A_segment_that_cannot_be_deleted_keeps_nobody_from_putting_and_goes_later() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        _bench.Simulated.Before = static (operation, _) => operation == "delete" ? throw new UnauthorizedAccessException("not yours") : Task.CompletedTask;
        for (var number = 0; number < 200; number++)
        {
            Assert.That((await FileChannelBench.Put(channel, number, padding: new string('x', 50))).IsDelivered, Is.True);
        }

        await _bench.TakeAllAsync(channel);
        await _bench.WaitAsync(60);
        Assert.That((await FileChannelBench.Put(channel, 200)).IsDelivered, Is.True);
        Assert.That(_bench.Segments.Count(), Is.GreaterThan(2));
        Assert.That(_bench.Loggers.Texts, Has.Some.Contains("not yours"));
        _bench.Simulated.Before = null;
        await _bench.WaitAsync(60);
        await FileChannelBench.Put(channel, 201);
        Assert.That(_bench.Segments.Count(), Is.LessThanOrEqualTo(2));
    });

    [Test]
    public void A_segment_that_cannot_be_read_stops_no_start_and_is_named_and_kept() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        for (var number = 0; number < 200; number++)
        {
            await FileChannelBench.Put(channel, number, padding: new string('x', 50));
        }

        var second = _bench.Segments.ElementAt(1);
        var before = _bench.Simulated.Crash(null);
        _bench.Disk = new FaultyStorage(before) { Fault = (operation, path) => operation == "read" && path == second ? new IOException("Input/output error") : null };
        var again = await _bench.StartAsync();
        var found = await _bench.TakeAllAsync(again);
        Assert.That(_bench.Loggers.Texts, Has.Some.Contains("FLK6104").And.Some.Contains("Input/output error"));
        Assert.That(_bench.Loggers.Texts, Has.Some.Contains($"{200 - found.Count} events are missing"));
        Assert.That(found, Has.Count.InRange(100, 199));
        await _bench.WaitAsync(5);
        Assert.That(before.Files, Has.Some.EqualTo(second + ".damaged"));
    });

    [Test]
    public void A_stop_does_not_wait_for_a_disk_that_hangs_and_the_directories_stay_locked() => _bench.Run(async () =>
    {
        var channel = await _bench.StartAsync();
        var answer = new TaskCompletionSource();
        _bench.Simulated.Before = (operation, _) => operation == "sync" ? answer.Task : Task.CompletedTask;
        var put = FileChannelBench.Put(channel, 0);
        await _bench.WaitAsync(1);
        using var abort = new CancellationTokenSource();
        var stop = channel.StopAsync(abort.Token);
        await _bench.WaitAsync(60);
        Assert.That((stop.IsCompleted, put.IsCompleted), Is.EqualTo((false, false)));
        abort.Cancel();
        await stop;
        Assert.That((await put).IsDelivered, Is.False);
        Assert.That(_bench.StartAsync, Throws.InstanceOf<IOException>().With.Message.Contains("FLK6105"));
        answer.SetResult();
        await _bench.WaitAsync(1);
        Assert.That(await _bench.TakeAllAsync(await _bench.StartAsync()), Is.EqualTo(["e0"]), "stored all the same: twice, not lost");
    });

    [Test]
    public void What_is_behind_the_tail_is_on_disk_only_and_is_lent_in_order()
    {
        var bench = new FileChannelBench { Change = static settings => settings with { MemoryTail = 10_000 } };
        bench.Run(async () =>
        {
            var channel = await bench.StartAsync();
            var bodies = await PutManyAsync(channel);
            GC.Collect();
            Assert.That(bodies.Count(static body => body.IsAlive), Is.LessThan(100));
            Assert.That(channel.Statistics, Has.Property("Events").EqualTo(1000).And.Property("BodyBytes").EqualTo(1000 * 300));
            var found = await bench.TakeAllAsync(channel, maxEvents: 7);
            Assert.That(found.Select(static text => text.TrimEnd()), Is.EqualTo(Enumerable.Range(0, 1000).Select(static number => $"e{number}")));
            Assert.That(channel.Statistics.BodyBytes, Is.Zero);
        });
    }

    [Test]
    public void What_a_sink_has_released_is_not_in_memory_and_is_read_again_when_it_is_given_back()
    {
        var bench = new FileChannelBench { Change = static settings => settings with { MaxSegmentSize = 20_000 } };
        bench.Run(async () =>
        {
            var channel = await bench.StartAsync();
            var bodies = await PutManyAsync(channel);
            bench.Connect(channel, maxEvents: 900);
            await bench.WaitAsync(0.1);
            var lease = bench.Leases[0];
            Release(lease);
            GC.Collect();
            Assert.That(bodies.Take(900).Count(static body => body.IsAlive), Is.LessThan(10));
            Assert.That(() => lease.Events, Throws.InvalidOperationException);
            lease.Commit(Enumerable.Range(100, 50).ToArray());
            lease.GiveBack(new DeliveryException("no"));
            lease.Feed!.OnHandlerEnded(lease);
            var found = new List<string>();
            for (var i = 1; found.Count < 950; i++)
            {
                await bench.WaitAsync(0.1);
                found.AddRange(bench.Leases[i].Events.Select(static flumeEvent => flumeEvent.ToString().TrimEnd()));
                bench.Leases[i].TryBegin();
                bench.Leases[i].Feed!.OnBegun(bench.Leases[i]);
                bench.Leases[i].Commit();
                bench.Leases[i].Feed!.OnHandlerEnded(bench.Leases[i]);
            }

            Assert.That(found, Is.EqualTo(Enumerable.Range(0, 1000).Where(static number => number is < 100 or >= 150).Select(static number => $"e{number}")));
            Assert.That(channel.Statistics, Has.Property("Events").EqualTo(0).And.Property("BodyBytes").EqualTo(0));
        });

        // Apart, so that nothing here holds the bodies.
        static void Release(Lease lease)
        {
            lease.TryBegin();
            lease.Feed!.OnBegun(lease);
            Assert.That(lease.Events, Has.Length.EqualTo(900));
            lease.ReleaseEvents();
        }
    }

    [Test]
    public void After_a_restart_reading_begins_at_the_first_event_that_is_left()
    {
        var bench = new FileChannelBench { Change = static settings => settings with { MaxSegmentSize = 1 << 20 } };
        bench.Run(async () =>
        {
            var channel = await bench.StartAsync();
            for (var number = 0; number < 1000; number++)
            {
                await FileChannelBench.Put(channel, number, padding: new string('x', 500));
            }

            bench.Connect(channel, maxEvents: 990);
            await bench.WaitAsync(0.1);
            bench.Leases[0].TryBegin();
            bench.Leases[0].Feed!.OnBegun(bench.Leases[0]);
            bench.Leases[0].Commit();
            await bench.WaitAsync(0.1);
            await channel.StopAsync(CancellationToken.None);
            var disk = new FaultyStorage(bench.Simulated);
            bench.Disk = disk;
            var again = await bench.StartAsync();
            await bench.WaitAsync(0.1);
            Assert.That(disk.BytesRead, Is.LessThan(40_000), "the checkpoint and ten events, of half a megabyte");
            Assert.That(await bench.TakeAllAsync(again), Has.Count.EqualTo(10));
        });
    }

    // A thousand events; apart, so that no test holds their bodies.
    private static async Task<List<WeakReference>> PutManyAsync(FileChannel channel)
    {
        var bodies = new List<WeakReference>();
        for (var number = 0; number < 1000; number++)
        {
            var body = System.Text.Encoding.UTF8.GetBytes($"e{number}".PadRight(300));
            bodies.Add(new WeakReference(body));
            Assert.That((await FileChannelBench.Put(channel, [new FlumeEvent(body)])).IsDelivered, Is.True);
        }

        return bodies;
    }

    private static void TwoDirectories(Func<FileChannelBench, FileChannel, Task> test)
    {
        var bench = new FileChannelBench { Options = new() { DataDirs = ["/d/1", "/d/2"], CheckpointDir = "/d/checkpoint" } };
        bench.Run(async () => await test(bench, await bench.StartAsync()));
    }

    private static async Task<List<Settlement>> Join(IEnumerable<Task<Settlement>> puts)
    {
        var outcomes = new List<Settlement>();
        foreach (var put in puts.ToList())
        {
            outcomes.Add(await put);
        }

        return outcomes;
    }
}
