using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

public class FileChannelTests : ChannelContract
{
    private SimulatedStorage _disk = null!;

    [SetUp]
    public void NewDisk() => _disk = new SimulatedStorage();

    [Test]
    public void What_is_stored_is_there_after_a_restart_in_order([Values] bool isKilled, [Values] bool hasCheckpoint) => Run(async () =>
    {
        var channel = await StartAsync(100, 100);
        for (var i = 0; i < 40; i += 4)
        {
            await PutAsync(channel, i, 4, isStoredEnough: true);
        }

        Connect(channel, new FeedOptions(10));
        Commit(Leases[0]);
        await StoredAsync();
        await EndAsync(channel, isKilled);
        if (!hasCheckpoint)
        {
            foreach (var file in _disk.Files.Where(file => file.Contains("checkpoint", StringComparison.Ordinal)).ToList())
            {
                await _disk.DeleteAsync(file, CancellationToken.None);
            }
        }

        Assert.That(await TextsOfAllAsync(await StartAsync(100, 100)), Is.EqualTo(Enumerable.Range(10, 30).Select(n => $"e{n}")));
    });

    [Test]
    public void Segments_go_when_everything_in_them_is_committed() => Run(async () =>
    {
        var channel = await StartAsync(1000, 100);
        for (var i = 0; i < 1000; i += 10)
        {
            await PutAsync(channel, i, 10, isStoredEnough: true);
        }

        Assert.That(Segments(), Has.Length.GreaterThan(2));
        Assert.That(await TextsOfAllAsync(channel), Is.EqualTo(Enumerable.Range(0, 1000).Select(n => $"e{n}")));
        await StoredAsync();
        Assert.That(Segments(), Has.Length.EqualTo(1));
    });

    [Test]
    public void A_second_channel_on_the_same_directories_is_refused_and_told_who_has_them() => Run(async () =>
    {
        await StartAsync(10, 10);
        Assert.That(async () => await StartAsync(10, 10), Throws.InstanceOf<IOException>().With.Message.Contains("FLK6105").And.Message.Contains($"process {Environment.ProcessId}"));
    });

    [Test]
    public void A_directory_of_Flume_is_recognised() => Run(async () =>
    {
        await _disk.CreateDirectoryAsync("/d/data", CancellationToken.None);
        await _disk.OpenAsync("/d/data/log-1", StorageMode.CreateNew, CancellationToken.None);
        Assert.That(async () => await StartAsync(10, 10), Throws.InstanceOf<IOException>().With.Message.Contains("Flume 1.x").And.Message.Contains("log-1"));
    });

    [Test]
    public void A_sync_that_fails_rejects_its_puts_and_the_channel_goes_on_in_a_new_segment() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 1, isStoredEnough: true);
        var failures = 1;
        _disk.Before = (operation, _) => operation == "sync" && failures-- > 0 ? throw new IOException("input/output error") : Task.CompletedTask;
        Settlement? rejected = null;
        await PutAsync(channel, 1, 1, isStoredEnough: true, settled: outcome => rejected = outcome);
        Assert.That(rejected?.Reason?.Message, Does.Contain("FLK6103"));
        await PutAsync(channel, 2, 1, isStoredEnough: true);
        Assert.That(Segments(), Has.Length.EqualTo(2));
        await EndAsync(channel, isKilled: true);
        Assert.That(await TextsOfAllAsync(await StartAsync(10, 10)), Is.EqualTo(["e0", "e2"]));
    });

    [Test]
    public void When_no_file_can_be_synced_puts_are_refused_until_a_restart() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 1, isStoredEnough: true);
        _disk.Before = (operation, _) => operation == "sync" ? throw new IOException("input/output error") : Task.CompletedTask;
        await PutAsync(channel, 1, 1, isStoredEnough: true);
        await PutAsync(channel, 2, 1, isStoredEnough: true);
        var batch = new EventBatch([FlumeEvent.FromText("e3")], Receipt.Create(static _ => { }));
        Assert.That(async () => await channel.PutAsync(batch, PutMode.Wait, CancellationToken.None), Throws.InstanceOf<ChannelFullException>().With.Message.Contains("FLK6103"));
        batch.Receipt.Settle(Settlement.Delivered);
        Assert.That(channel.Problem, Does.Contain("FLK6103"));
        _disk.Before = null;
        Connect(channel, new FeedOptions(10));
        Commit(Leases[0]);
    });

    [Test]
    public void Below_the_required_space_puts_are_refused_takes_go_on_and_service_resumes() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 2, isStoredEnough: true);
        _disk.FreeBytesOf = static _ => 1000;
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        Settlement? first = null; // finds out, and is refused
        await PutAsync(channel, 2, 1, isStoredEnough: true, settled: outcome => first = outcome);
        Assert.That(first?.Reason, Is.InstanceOf<ChannelFullException>().With.Message.Contains("FLK6102"));
        var put = PutAsync(channel, 3, 1, isStoredEnough: true);
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.That(put.IsCompleted, Is.False);
        Connect(channel, new FeedOptions(10));
        Commit(Leases[0]);
        _disk.FreeBytesOf = static _ => long.MaxValue;
        Assert.That(await put, Is.True);
        Commit(Leases[1]);
    });

    protected override IChannel Create(int capacity, int transactionCapacity) => New(_disk, capacity, transactionCapacity);

    protected override Task StoredAsync() => Scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(60), CancellationToken.None);

    private FileChannel New(SimulatedStorage disk, int capacity, int transactionCapacity)
    {
        var options = new FileChannelOptions { Capacity = capacity, TransactionCapacity = transactionCapacity, DataDirs = ["/d/data"], CheckpointDir = "/d/checkpoint", MaxFileSize = 4096 };
        var id = new ComponentId("a1", ComponentKind.Channel, "c1");
        return new FileChannel(options, disk, new ComponentContext(id, NullLoggerFactory.Instance, Scheduler.Runtime, new NoServices()), NullLogger<FileChannel>.Instance);
    }

    private async Task EndAsync(IChannel channel, bool isKilled)
    {
        if (isKilled)
        {
            _disk = _disk.Crash(new Random(1));
        }
        else
        {
            await channel.StopAsync(CancellationToken.None);
        }
    }

    private string[] Segments() => [.. _disk.Files.Where(file => file.Contains("segment", StringComparison.Ordinal))];

    private async Task<List<string>> TextsOfAllAsync(IChannel channel)
    {
        var seen = Leases.Count;
        await StoredAsync();
        Connect(channel, new FeedOptions(7));
        var texts = new List<string>();
        for (var i = seen; i < Leases.Count; i++)
        {
            texts.AddRange(Leases[i].Events.Select(e => e.ToString()));
            Commit(Leases[i]);
            await StoredAsync();
        }

        return texts;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
