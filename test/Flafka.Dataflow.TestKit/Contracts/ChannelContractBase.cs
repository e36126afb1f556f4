using System.Threading.Tasks.Dataflow;
using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every channel promises, also one whose events lie on a server and belong to one sink each. Others keep <see cref="ChannelContract"/>.</summary>
public abstract class ChannelContractBase
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
        await ConnectAsync(channel, new FeedOptions(10));
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
        await ConnectAsync(channel, new FeedOptions(3));
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
        await ConnectAsync(channel, new FeedOptions(2));
        GiveBack(_leases[0]);
        Assert.That(Texts(_leases[1]), Is.EqualTo(["e0", "e1"]));
        Commit(_leases[1]);
        Assert.That(Texts(_leases[2]), Is.EqualTo(["e2", "e3"]));
        Commit(_leases[2]);
        Commit(_leases[3]);
    });

    [Test]
    public void Part_of_a_lease_can_be_committed_and_the_rest_comes_again() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 5);
        await ConnectAsync(channel, new FeedOptions(5));
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
    public void No_lease_leaves_after_a_disconnect_and_those_under_way_are_awaited() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 6);
        var feed = await ConnectAsync(channel, new FeedOptions(2, Window: 3));
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
        await ConnectAsync(channel, new FeedOptions(10));
        Assert.That(Texts(_leases[3]), Is.EqualTo(["e2", "e3", "e4", "e5", "e6"]));
        Commit(_leases[3]);
    });

    [Test]
    public void With_a_window_a_rollback_calls_the_leases_behind_it_back() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 6);
        await ConnectAsync(channel, new FeedOptions(2, Window: 3));
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
    public void A_drain_waits_until_everything_is_committed() => Run(async () =>
    {
        var channel = await StartAsync(10, 10);
        await PutAsync(channel, 0, 3, isStoredEnough: true);
        await ConnectAsync(channel, new FeedOptions(10));
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

    /// <summary>Waits until a sink that connected has what may be lent to it.</summary>
    protected virtual Task ConnectedAsync() => Task.CompletedTask;

    /// <summary>Connects a sink that keeps its leases in <see cref="Leases"/>, and waits for the first ones.</summary>
    protected async Task<IChannelFeed> ConnectAsync(IChannel channel, FeedOptions options)
    {
        var feed = Connect(channel, options);
        await ConnectedAsync();
        return feed;
    }

    /// <summary>Connects a sink that keeps its leases in <see cref="Leases"/>.</summary>
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

    protected static IEnumerable<string> Texts(Lease lease) => lease.Events.Select(e => e.ToString());

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
