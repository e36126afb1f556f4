using System.Threading.Tasks.Dataflow;
using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every channel promises. Derive a fixture and say how to make one.</summary>
public abstract class ChannelContract
{
    private readonly List<Lease> _leases = [];
    private ReceiptLedger _ledger = null!;

    /// <summary>The scheduler of the running test.</summary>
    protected SimulatedScheduler Scheduler { get; private set; } = null!;

    /// <summary>A channel for at most so many events; its keep-alive is 3 s.</summary>
    protected abstract IChannel Create(int capacity, int transactionCapacity);

    [SetUp]
    public void BeginLedger()
    {
        _leases.Clear();
        _ledger = ReceiptLedger.Begin();
        Scheduler = new SimulatedScheduler(17);
    }

    [TearDown]
    public void EndLedger() => _ledger.Dispose();

    [Test]
    public void Start_and_stop_are_idempotent_and_a_stop_needs_no_start() => Run(async () =>
    {
        var channel = Create(10, 10);
        await channel.StopAsync(CancellationToken.None);
        await channel.StartAsync(CancellationToken.None);
        await channel.StopAsync(CancellationToken.None);
        await channel.StopAsync(CancellationToken.None);
    });

    [Test]
    public void What_is_put_is_lent_in_order_and_gone_after_the_commit() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        Assert.That(await PutAsync(channel, 0, 3), Is.True);
        Assert.That(await PutAsync(channel, 3, 2), Is.True);
        Connect(channel, new FeedOptions(10));
        Assert.That(Texts(_leases.Single()), Is.EqualTo(["e0", "e1", "e2", "e3", "e4"]));
        Assert.That(channel.Statistics, Has.Property("Events").EqualTo(5).And.Property("LeasedEvents").EqualTo(5));
        Commit(_leases[0]);
        Assert.That(channel.Statistics, Has.Property("Events").EqualTo(0).And.Property("LeasedEvents").EqualTo(0).And.Property("BodyBytes").EqualTo(0));
    });

    [Test]
    public void A_lease_takes_what_is_there_up_to_its_bound() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 5);
        Connect(channel, new FeedOptions(3));
        Assert.That(_leases.Single().Count, Is.EqualTo(3));
        Commit(_leases[0]);
        Assert.That(Texts(_leases[1]), Is.EqualTo(["e3", "e4"]));
        Commit(_leases[1]);
    });

    [Test]
    public void Rollback_returns_events_to_the_head() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 6);
        Connect(channel, new FeedOptions(2));
        GiveBack(_leases[0]);
        Assert.That(Texts(_leases[1]), Is.EqualTo(["e0", "e1"]));
        Commit(_leases[1]);
        Assert.That(Texts(_leases[2]), Is.EqualTo(["e2", "e3"]));
        Commit(_leases[2]);
        Commit(_leases[3]);
    });

    [Test]
    public void Events_given_back_by_two_sinks_in_any_order_come_in_order_again() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 4);
        Connect(channel, new FeedOptions(2));
        Connect(channel, new FeedOptions(2));
        var (first, second) = (_leases[0], _leases[1]);
        Begin(first);
        Begin(second);
        second.GiveBack(new DeliveryException("no"));
        first.GiveBack(new DeliveryException("no"));
        End(first);
        End(second);
        Assert.That(_leases.Skip(2).SelectMany(Texts), Is.EqualTo(["e0", "e1", "e2", "e3"]));
        Commit(_leases[2]);
        Commit(_leases[3]);
    });

    [Test]
    public void Part_of_a_lease_can_be_committed_and_the_rest_comes_again() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 5);
        Connect(channel, new FeedOptions(5));
        var lease = _leases[0];
        Begin(lease);
        lease.Commit([3, 1]);
        Assert.That(() => lease.Commit([1]), Throws.InvalidOperationException);
        lease.GiveBack(new DeliveryException("no"));
        Assert.That(() => lease.Commit([2]), Throws.InvalidOperationException);
        Assert.That(lease.Commit, Throws.InvalidOperationException);
        End(lease);
        Assert.That(Texts(_leases[1]), Is.EqualTo(["e0", "e2", "e4"]));
        Commit(_leases[1]);
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
        Commit(_leases[0]);
        Assert.That(await put, Is.True);
        Commit(_leases[1]);
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
        Commit(_leases[0]);
        Assert.That(await PutAsync(channel, 2, 1, PutMode.KeepAlive), Is.True);
        Commit(_leases[1]);
    });

    [Test]
    public void A_put_into_an_optional_channel_takes_free_room_only() => Run(async () =>
    {
        var channel = await StartAsync(2, 2);
        Assert.That(await PutAsync(channel, 0, 2, PutMode.TryOnce), Is.True);
        Assert.That(await PutAsync(channel, 2, 1, PutMode.TryOnce), Is.False);
        Connect(channel, new FeedOptions(2));
        Commit(_leases[0]);
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
            Assert.That(Texts(_leases[i]), Is.EqualTo([$"e{i}"]));
            Commit(_leases[i]);
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
            seen.AddRange(Texts(_leases[i]));
            Commit(_leases[i]);
        }

        Assert.That(await put && delivered, Is.True);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 11).Select(n => $"e{n}")));
    });

    [Test]
    public void No_lease_leaves_after_a_disconnect_and_those_under_way_are_awaited() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 6);
        var feed = Connect(channel, new FeedOptions(2, Window: 3));
        Assert.That(_leases, Has.Count.EqualTo(3));
        Begin(_leases[0]);
        var disconnect = feed.DisconnectAsync();
        Assert.That(_leases[1].TryBegin() || _leases[2].TryBegin(), Is.False, "leases not yet begun go back");
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.That(disconnect.IsCompleted, Is.False);
        _leases[0].Commit();
        End(_leases[0]);
        await disconnect;
        await PutAsync(channel, 6, 1);
        Assert.That(_leases, Has.Count.EqualTo(3));
        Connect(channel, new FeedOptions(10));
        Assert.That(Texts(_leases[3]), Is.EqualTo(["e2", "e3", "e4", "e5", "e6"]));
        Commit(_leases[3]);
    });

    [Test]
    public void With_a_window_a_rollback_calls_the_leases_behind_it_back() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 6);
        Connect(channel, new FeedOptions(2, Window: 3));
        Begin(_leases[0]);
        _leases[0].GiveBack(new DeliveryException("no"));
        Assert.That(_leases[1].TryBegin() || _leases[2].TryBegin(), Is.False);
        Assert.That(_leases, Has.Count.EqualTo(3), "nothing is lent while the host backs off");
        End(_leases[0]);
        Assert.That(_leases.Skip(3).SelectMany(Texts), Is.EqualTo(["e0", "e1", "e2", "e3", "e4", "e5"]));
        Commit(_leases[3]);
        Commit(_leases[4]);
        Commit(_leases[5]);
    });

    [Test]
    public void A_sink_that_holds_is_asked_to_flush_when_a_put_waits_and_nothing_is_left_to_lend() => Run(async () =>
    {
        var channel = await StartAsync(4, 4);
        await PutAsync(channel, 0, 4);
        Connect(channel, new FeedOptions(2, MaxHeldEvents: 100));
        Begin(_leases[0]);
        End(_leases[0]);
        Begin(_leases[1]);
        End(_leases[1]);
        Assert.That(_leases, Has.Count.EqualTo(2), "nobody waits yet");
        var put = PutAsync(channel, 4, 1);
        Assert.That(_leases[2].Count, Is.Zero, "a lease without events asks to flush");
        _leases[0].Commit();
        _leases[1].Commit();
        End(_leases[2]);
        Assert.That(await put, Is.True);
        Commit(_leases[3]);
    });

    [Test]
    public void A_drain_waits_until_everything_is_committed() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 3, isStoredEnough: true);
        Connect(channel, new FeedOptions(10));
        var drain = channel.DrainAsync(CancellationToken.None);
        await Scheduler.Runtime.DelayAsync(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.That(drain.IsCompleted, Is.False);
        Commit(_leases[0]);
        await drain;
    });

    /// <summary>Runs a test on the scheduler; at its end no share may be open.</summary>
    protected void Run(Func<Task> test)
    {
        Scheduler.Run(test);
        _ledger.AssertNoneOpen();
    }

    /// <summary>A started channel.</summary>
    protected async Task<IChannel> StartAsync(int capacity, int transactionCapacity)
    {
        var channel = Create(capacity, transactionCapacity);
        await channel.StartAsync(CancellationToken.None);
        return channel;
    }

    /// <summary>Puts events <c>e(first)</c> and so on; false when refused.</summary>
    protected async Task<bool> PutAsync(
        IChannel channel, int first, int count, PutMode mode = PutMode.Wait, bool isStoredEnough = false, Action<Settlement>? settled = null)
    {
        var batch = new EventBatch([.. Enumerable.Range(first, count).Select(n => FlumeEvent.FromText($"e{n}"))], Receipt.Create(settled ?? (static _ => { })))
        {
            SettleWhenStored = isStoredEnough,
        };
        var isTaken = await channel.PutAsync(batch, mode, CancellationToken.None);
        if (!isTaken)
        {
            batch.Receipt.Settle(Settlement.Rejected(new ChannelFullException("refused")));
        }
        else
        {
            await StoredAsync();
        }

        return isTaken;
    }

    /// <summary>Waits until what was put may be lent; a channel that stores events first lends them later.</summary>
    protected virtual Task StoredAsync() => Task.CompletedTask;

    /// <summary>Connects a sink that keeps its leases in <see cref="_leases"/>.</summary>
    protected IChannelFeed Connect(IChannel channel, FeedOptions options) => channel.Connect(new KeepingTarget(_leases), options);

    /// <summary>The leases given so far.</summary>
    protected IReadOnlyList<Lease> Leases => _leases;

    protected static void Begin(Lease lease)
    {
        Assert.That(lease.TryBegin(), Is.True);
        lease.Feed!.OnBegun(lease);
    }

    protected static void End(Lease lease) => lease.Feed!.OnHandlerEnded(lease);

    protected static void Commit(Lease lease)
    {
        Begin(lease);
        lease.Commit();
        End(lease);
    }

    protected static void GiveBack(Lease lease)
    {
        Begin(lease);
        lease.GiveBack(new DeliveryException("no"));
        End(lease);
    }

    private static IEnumerable<string> Texts(Lease lease) => lease.Events.Select(e => e.ToString());

    private sealed class KeepingTarget(List<Lease> leases) : ITargetBlock<Lease>
    {
        public Task Completion => throw new NotSupportedException();

        public void Complete()
        {
        }

        public void Fault(Exception exception)
        {
        }

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, Lease messageValue, ISourceBlock<Lease>? source, bool consumeToAccept)
        {
            leases.Add(messageValue);
            return DataflowMessageStatus.Accepted;
        }
    }
}
