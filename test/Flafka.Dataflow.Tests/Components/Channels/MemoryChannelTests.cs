using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

public class MemoryChannelTests : ChannelContract
{
    [TestCase(2000, 20, 16)]
    [TestCase(1500, 20, 12)]
    [TestCase(1000, 20, 8)]
    [TestCase(250, 20, 2)]
    [TestCase(800000, 20, 6400)]
    [TestCase(1000, 0, 10)]
    [TestCase(1000, 10, 9)]
    [TestCase(1000, 30, 7)]
    [TestCase(1000, 70, 2)]
    [TestCase(100, 0, 1)]
    [TestCase(50, 0, int.MaxValue)]
    [TestCase(0, 20, int.MaxValue)]
    [TestCase(-5, 20, int.MaxValue)]
    [TestCase(1000, 100, int.MaxValue)]
    [TestCase(1000, 120, int.MaxValue)]
    [TestCase(long.MaxValue, 20, int.MaxValue)]
    public void The_byte_budget_is_counted_in_slots_of_100_bytes_as_in_Flume(long byteCapacity, int percentage, int slots)
    {
        var options = new MemoryChannelOptions { ByteCapacity = byteCapacity, ByteCapacityBufferPercentage = percentage };
        Assert.That(options.ByteBudget(share: 1), Is.EqualTo(slots * 100L));
    }

    [Test]
    public void A_transaction_larger_than_the_channel_is_a_mistake()
    {
        var options = new MemoryChannelOptions { Capacity = 50 };
        Assert.That(options.Validate(new ValidationContext(options)).Single().ErrorMessage, Does.Contain("transactionCapacity 100").And.Contain("capacity = 100"));
        Assert.That(new MemoryChannelOptions().Validate(new ValidationContext(options)), Is.Empty);
    }

    [Test]
    public void Bytes_are_bounded_as_well_as_events() => Run(async () =>
    {
        var channel = SimulatedGraph.NewMemory(Scheduler.Runtime, 100, 100, byteCapacity: 1600);
        Assert.That(await channel.PutAsync(Batch(405, 405, 405), PutMode.Wait, CancellationToken.None), Is.True);
        var late = Batch(405, 405);
        Assert.That(await channel.PutAsync(late, PutMode.KeepAlive, CancellationToken.None), Is.False);
        late.Receipt.Settle(Settlement.Delivered);
        Connect(channel, new FeedOptions(100));
        Commit(Leases[0]);
        Assert.That(await channel.PutAsync(Batch(405, 405), PutMode.KeepAlive, CancellationToken.None), Is.True);
        Commit(Leases[1]);
    });

    [TestCase(0)]
    [TestCase(-1)]
    public void Without_keep_alive_a_put_that_finds_no_room_is_refused_at_once(int seconds) => Run(async () =>
    {
        // Flume-compatible: a negative keep-alive is none.
        var channel = new MemoryChannel(
            new MemoryChannelOptions { Capacity = 1, TransactionCapacity = 1, KeepAlive = TimeSpan.FromSeconds(seconds) }, Scheduler.Runtime, new MemoryBudget(long.MaxValue));
        await channel.PutAsync(Batch(10), PutMode.Wait, CancellationToken.None);
        var late = Batch(10);
        Assert.That(await channel.PutAsync(late, PutMode.KeepAlive, CancellationToken.None), Is.False);
        Assert.That(Scheduler.Time.Elapsed, Is.EqualTo(TimeSpan.Zero));
        late.Receipt.Settle(Settlement.Delivered);
        Connect(channel, new FeedOptions(100));
        Commit(Leases[0]);
    });

    [Test]
    public void One_event_above_the_whole_byte_budget_is_admitted_alone() => Run(async () =>
    {
        var channel = SimulatedGraph.NewMemory(Scheduler.Runtime, 100, 100, byteCapacity: 1000);
        await channel.PutAsync(Batch(10), PutMode.Wait, CancellationToken.None);
        var put = channel.PutAsync(Batch(5000), PutMode.Wait, CancellationToken.None).AsTask();
        Assert.That(put.IsCompleted, Is.False);
        Connect(channel, new FeedOptions(100));
        Commit(Leases[0]);
        Assert.That(await put, Is.True);
        Commit(Leases[1]);
    });

    [Test]
    public void With_acknowledge_channel_the_source_is_told_at_the_put_else_at_the_commit() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        var told = new List<string>();
        await PutAsync(channel, 0, 2, isStoredEnough: true, settled: _ => told.Add("stored"));
        await PutAsync(channel, 2, 2, settled: _ => told.Add("committed"));
        Assert.That(told, Is.EqualTo(["stored"]));
        Assert.That(channel.Statistics.OwnedEvents, Is.EqualTo(2));
        Connect(channel, new FeedOptions(3));
        Commit(Leases[0]);
        Assert.That(told, Is.EqualTo(["stored"]), "one event of the second batch is still inside");
        Commit(Leases[1]);
        Assert.That(told, Is.EqualTo(["stored", "committed"]));
        Assert.That(channel.Statistics.OwnedEvents, Is.Zero);
    });

    [Test]
    public void A_drain_gives_up_untouched_batches_that_their_source_reads_again() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        var told = new List<bool>();
        await PutAsync(channel, 0, 2, settled: s => told.Add(s.IsDelivered));
        await PutAsync(channel, 2, 2, settled: s => told.Add(s.IsDelivered));
        Connect(channel, new FeedOptions(1));
        var drain = channel.DrainAsync(CancellationToken.None);
        Assert.That(told, Is.EqualTo([false]), "the first batch is begun and has to be finished, or it would come twice");
        Commit(Leases[0]);
        Commit(Leases[1]);
        await drain;
        Assert.That(told, Is.EqualTo([false, true]));
    });

    [Test]
    public void An_abort_rejects_every_share_and_keeps_count_of_what_only_the_channel_had() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        var told = new List<bool>();
        await PutAsync(channel, 0, 2, settled: s => told.Add(s.IsDelivered));
        await PutAsync(channel, 2, 3, isStoredEnough: true);
        Connect(channel, new FeedOptions(1));
        using var abort = new CancellationTokenSource();
        var drain = channel.DrainAsync(abort.Token);
        abort.Cancel();
        await drain;
        Assert.That(told, Is.EqualTo([false]));
        Assert.That(channel.Statistics.OwnedEvents, Is.EqualTo(3));
        Commit(Leases[0]); // was under way
        Assert.That(Leases, Has.Count.EqualTo(1), "nothing is lent any more");
        Assert.That(await PutAsync(channel, 9, 1), Is.False);
    });

    [Test]
    public void The_age_of_the_oldest_event_is_that_of_the_first_which_is_not_committed() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        Assert.That(channel.Statistics.OldestEventAge, Is.Null);
        await PutAsync(channel, 0, 2);
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
        await PutAsync(channel, 2, 2);
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        Connect(channel, new FeedOptions(2, 2));
        Assert.That(channel.Statistics.OldestEventAge, Is.EqualTo(TimeSpan.FromSeconds(4)));
        Commit(Leases[1]);
        Assert.That(channel.Statistics.OldestEventAge, Is.EqualTo(TimeSpan.FromSeconds(4)), "the first is still lent");
        Commit(Leases[0]);
        Assert.That(channel.Statistics.OldestEventAge, Is.Null);
        await PutAsync(channel, 4, 1);
        Assert.That(channel.Statistics.OldestEventAge, Is.EqualTo(TimeSpan.Zero));
        Commit(Leases[2]);
    });

    protected override IChannel Create(int capacity, int transactionCapacity) => SimulatedGraph.NewMemory(Scheduler.Runtime, capacity, transactionCapacity);

    private static EventBatch Batch(params ReadOnlySpan<int> lengths)
    {
        var events = new FlumeEvent[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            events[i] = new FlumeEvent(new byte[lengths[i]]);
        }

        return new EventBatch([.. events], Receipt.Create(static _ => { }));
    }
}
