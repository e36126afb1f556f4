using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every channel promises that holds its events itself: it is bounded, and all its sinks take from one line. Derive a fixture and say how to make one.</summary>
public abstract class ChannelContract : ChannelContractBase
{
    [Test]
    public void Events_given_back_by_two_sinks_in_any_order_come_in_order_again() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 4);
        Connect(channel, new FeedOptions(2));
        Connect(channel, new FeedOptions(2));
        var (first, second) = (Leases[0], Leases[1]);
        Begin(first);
        Begin(second);
        second.GiveBack(new DeliveryException("no"));
        first.GiveBack(new DeliveryException("no"));
        End(first);
        End(second);
        Assert.That(Leases.Skip(2).SelectMany(Texts), Is.EqualTo(["e0", "e1", "e2", "e3"]));
        Commit(Leases[2]);
        Commit(Leases[3]);
    });

    [Test]
    public void A_put_into_a_full_channel_waits_and_room_comes_with_the_commit_not_with_the_lease() => Run(async () =>
    {
        var channel = await StartAsync(4, 4);
        await PutAsync(channel, 0, 4);
        Connect(channel, new FeedOptions(4));
        var put = PutAsync(channel, 4, 2);
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromMinutes(10), CancellationToken.None);
        Assert.That(put.IsCompleted, Is.False);
        Commit(Leases[0]);
        Assert.That(await put, Is.True);
        Commit(Leases[1]);
    });

    [Test]
    public void A_put_for_a_waiting_client_is_refused_after_keep_alive() => Run(async () =>
    {
        var channel = await StartAsync(2, 2);
        await PutAsync(channel, 0, 2);
        var before = Scheduler.Time.Elapsed;
        Assert.That(await PutAsync(channel, 2, 1, PutMode.KeepAlive), Is.False);
        Assert.That(Scheduler.Time.Elapsed - before, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Connect(channel, new FeedOptions(2));
        Commit(Leases[0]);
        Assert.That(await PutAsync(channel, 2, 1, PutMode.KeepAlive), Is.True);
        Commit(Leases[1]);
    });

    [Test]
    public void A_put_into_an_optional_channel_takes_free_room_only() => Run(async () =>
    {
        var channel = await StartAsync(2, 2);
        Assert.That(await PutAsync(channel, 0, 2, PutMode.TryOnce), Is.True);
        Assert.That(await PutAsync(channel, 2, 1, PutMode.TryOnce), Is.False);
        Connect(channel, new FeedOptions(2));
        Commit(Leases[0]);
    });

    [Test]
    public void Puts_are_admitted_first_come_first_served() => Run(async () =>
    {
        var channel = await StartAsync(4, 4);
        await PutAsync(channel, 0, 4);
        var large = PutAsync(channel, 4, 4);
        var small = PutAsync(channel, 8, 1);
        Assert.That(await PutAsync(channel, 9, 1, PutMode.TryOnce), Is.False);
        Connect(channel, new FeedOptions(1));
        for (var i = 0; i < 9; i++)
        {
            await Task.Yield();
            Assert.That(Texts(Leases[i]), Is.EqualTo([$"e{i}"]));
            Commit(Leases[i]);
            await Scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }

        Assert.That(await large && await small, Is.True);
    });

    [Test]
    public void A_batch_larger_than_the_channel_goes_through_in_pieces_and_in_order() => Run(async () =>
    {
        var channel = await StartAsync(4, 4);
        var delivered = false;
        var batch = new EventBatch([.. Enumerable.Range(0, 11).Select(n => FlumeEvent.FromText($"e{n}"))], Receipt.Create(s => delivered = s.IsDelivered));
        var put = channel.PutAsync(batch, PutMode.Wait, CancellationToken.None).AsTask();
        Connect(channel, new FeedOptions(4));
        var seen = new List<string>();
        for (var i = 0; seen.Count < 11; i++)
        {
            await Scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            Assert.That(channel.Statistics.Events, Is.LessThanOrEqualTo(4));
            Assert.That(delivered, Is.False);
            seen.AddRange(Texts(Leases[i]));
            Commit(Leases[i]);
        }

        Assert.That(await put && delivered, Is.True);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 11).Select(n => $"e{n}")));
    });

    [Test]
    public void A_sink_that_holds_is_asked_to_flush_when_a_put_waits_and_nothing_is_left_to_lend() => Run(async () =>
    {
        var channel = await StartAsync(4, 4);
        await PutAsync(channel, 0, 4);
        Connect(channel, new FeedOptions(2, MaxHeldEvents: 100));
        Begin(Leases[0]);
        End(Leases[0]);
        Begin(Leases[1]);
        End(Leases[1]);
        Assert.That(Leases, Has.Count.EqualTo(2), "nobody waits yet");
        var put = PutAsync(channel, 4, 1);
        Assert.That(Leases[2].Count, Is.Zero, "a lease without events asks to flush");
        Leases[0].Commit();
        Leases[1].Commit();
        End(Leases[2]);
        Assert.That(await put, Is.True);
        Commit(Leases[3]);
    });
}
