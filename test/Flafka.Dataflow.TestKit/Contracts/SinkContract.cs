using System.Collections.Immutable;
using System.Diagnostics;
using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every sink promises, the usual one (<see cref="ISink"/>) and one that holds (<see cref="IHoldingSink"/>). Derive a fixture and say how to make one.</summary>
/// <remarks>Each test has a target of its own, made in the fixture's <c>SetUp</c>; a test may make several instances of the sink for it.</remarks>
public abstract class SinkContract
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The scheduler of the running test; a fixture whose bench has one of its own puts it here in its <c>SetUp</c>.</summary>
    protected SimulatedScheduler Scheduler { get; set; } = null!;

    /// <summary>The folder that the sink writes into; empty as long as no sink was started. <see langword="null"/> when it writes no files.</summary>
    protected virtual string? Folder => null;

    /// <summary>Whether a batch that failed may leave some of its events, so that they come twice: a server may have taken what it did not confirm.</summary>
    protected virtual bool MayWriteTwiceAfterFailure => false;

    /// <summary>A new instance for the target of this test.</summary>
    protected abstract IComponent Create(AgentRuntime runtime);

    /// <summary>The bodies that the target holds, in order; <see langword="null"/> when it keeps nothing.</summary>
    protected abstract Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime);

    /// <summary>Makes the target refuse every write.</summary>
    /// <returns>False when a target of this sink refuses nothing: it has none, or a lease waits until the target is there again.</returns>
    protected virtual bool Break() => false;

    /// <summary>Ends what <see cref="Break"/> began.</summary>
    protected virtual void Repair()
    {
    }

    /// <summary>Runs a test; simulated unless the fixture says otherwise, because its sink has threads of its own.</summary>
    protected virtual void Run(Func<AgentRuntime, Task> test) => Scheduler.Run(() => test(Scheduler.Runtime));

    [SetUp]
    public void MakeScheduler() => Scheduler = new SimulatedScheduler(23);

    [Test]
    public void A_constructor_has_no_side_effects() => Run(runtime =>
    {
        // Other tests open files meanwhile, so the quietest of some tries counts. What an instance opens, all of them open.
        const int Instances = 64;
        var (handles, threads) = (int.MaxValue, int.MaxValue);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = Resources();
            var sinks = Enumerable.Range(0, Instances).Select(_ => Create(runtime)).ToArray();
            var after = Resources();
            handles = Math.Min(handles, after.Handles - before.Handles);
            threads = Math.Min(threads, after.Threads - before.Threads);
            GC.KeepAlive(sinks);
        }

        Assert.That(handles, Is.LessThan(Instances), "files or sockets");
        Assert.That(threads, Is.LessThan(Instances), "threads");
        Assert.That(Scheduler.Time.TryAdvanceToNextTimer(), Is.False, "timers");
        if (Folder is not null)
        {
            Assert.That(Directory.EnumerateFileSystemEntries(Folder), Is.Empty);
        }

        return Task.CompletedTask;
    });

    [Test]
    public void A_stop_needs_no_start_and_may_be_repeated() => Run(async runtime =>
    {
        var sink = Create(runtime);
        await sink.StopAsync(CancellationToken.None);
        await sink.StartAsync(CancellationToken.None);
        await sink.StopAsync(CancellationToken.None);
        await sink.StopAsync(CancellationToken.None);
        await AssertHoldsAsync(runtime, 0);
    });

    [Test]
    public void A_stopped_sink_can_be_started_again() => Run(async runtime =>
    {
        var sink = Create(runtime);
        for (var round = 0; round < 3; round++)
        {
            await sink.StartAsync(CancellationToken.None);
            await DeliverAsync(runtime, sink, Events(round * 5, 5));
            await sink.StopAsync(CancellationToken.None);
        }

        await AssertHoldsAsync(runtime, 15);
    });

    [Test]
    public void A_start_that_failed_can_be_tried_again() => Run(async runtime =>
    {
        var sink = Create(runtime);
        Break();
        try
        {
            await sink.StartAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            await sink.StopAsync(CancellationToken.None); // as the host does
            Repair();
            await sink.StartAsync(CancellationToken.None);
        }

        Repair(); // a sink may also start without its target
        await DeliverAsync(runtime, sink, Events(0, 10));
        await sink.StopAsync(CancellationToken.None);
        await AssertHoldsAsync(runtime, 10);
    });

    [Test]
    public void Every_event_is_written_once_and_in_order() => Run(async runtime =>
    {
        var sink = await StartAsync(runtime);
        var next = 0;
        foreach (var count in new[] { 1, 100, 7, 1, 1, 50 })
        {
            await DeliverAsync(runtime, sink, Events(next, count));
            next += count;
        }

        await sink.StopAsync(CancellationToken.None);
        await AssertHoldsAsync(runtime, next);
    });

    [Test]
    public void A_stop_right_after_a_write_keeps_what_was_written() => Run(async runtime =>
    {
        var sink = await StartAsync(runtime);
        await DeliverAsync(runtime, sink, Events(0, 20));
        await sink.StopAsync(new CancellationToken(canceled: true));
        await AssertHoldsAsync(runtime, 20);
    });

    [Test]
    public void A_failure_gives_everything_back_and_a_retry_delivers_it() => Run(async runtime =>
    {
        var sink = await StartAsync(runtime);
        await DeliverAsync(runtime, sink, Events(0, 10));
        var canFail = Break();
        for (var attempt = 0; attempt < 3 && canFail; attempt++)
        {
            var lease = new LentEvents(Events(10, 10));
            Assert.That(await TryDeliverAsync(runtime, sink, lease), Is.Not.Null, "the target is broken");
            Assert.That(Texts(lease.Returned), Is.EqualTo(Texts(Events(10, 10))));
        }

        Repair();
        await DeliverAsync(runtime, sink, Events(10, 10));
        await DeliverAsync(runtime, sink, Events(20, 10));
        await sink.StopAsync(CancellationToken.None);
        await AssertHoldsAsync(runtime, 30, MayWriteTwiceAfterFailure);
    });

    [Test]
    public void A_stop_after_a_failure_keeps_what_was_committed_before() => Run(async runtime =>
    {
        var sink = await StartAsync(runtime);
        await DeliverAsync(runtime, sink, Events(0, 10));
        if (Break())
        {
            Assert.That(await TryDeliverAsync(runtime, sink, new LentEvents(Events(10, 10))), Is.Not.Null, "the target is broken");
        }

        try
        {
            await sink.StopAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            TestContext.Out.WriteLine($"The stop failed, which the host only logs: {failure.Message}"); // what was acquired is released all the same
        }

        Repair();
        var next = await StartAsync(runtime);
        await DeliverAsync(runtime, next, Events(10, 10));
        await next.StopAsync(CancellationToken.None);
        await AssertHoldsAsync(runtime, 20, MayWriteTwiceAfterFailure);
    });

    [Test]
    public void In_a_graph_it_delivers_everything_once_its_target_works() => Run(async runtime =>
    {
        using var ledger = ReceiptLedger.Begin();
        var isBroken = Break();
        var graph = new SimulatedGraph(runtime)
            .Memory("c1", 200)
            .Source("r1", new RereadingSource("event", 500, () => 30), ("c1", true))
            .Sink("k1", "c1", () => Create(runtime))
            .Build();
        await graph.StartAsync(CancellationToken.None);
        if (isBroken)
        {
            await runtime.DelayAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
            Repair();
        }

        while (!graph.IsFinished)
        {
            await runtime.DelayAsync(Pause, CancellationToken.None);
        }

        var result = await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(result.Drained, Is.True);
        await AssertHoldsAsync(runtime, 500, MayWriteTwiceAfterFailure);
        ledger.AssertNoneOpen();
    });

    private static (int Handles, int Threads) Resources()
    {
        using var process = Process.GetCurrentProcess();
        return (process.HandleCount, process.Threads.Count);
    }

    private static ImmutableArray<FlumeEvent> Events(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => FlumeEvent.FromText($"event-{number}"))];

    private static IEnumerable<string> Texts(IEnumerable<FlumeEvent> events) => events.Select(flumeEvent => flumeEvent.ToString());

    private async Task<IComponent> StartAsync(AgentRuntime runtime)
    {
        var sink = Create(runtime);
        await sink.StartAsync(CancellationToken.None);
        return sink;
    }

    private static async Task DeliverAsync(AgentRuntime runtime, IComponent sink, ImmutableArray<FlumeEvent> events)
    {
        var lease = new LentEvents(events);
        Assert.That(await TryDeliverAsync(runtime, sink, lease), Is.Null);
        Assert.That(Texts(lease.Committed), Is.EqualTo(Texts(events)));
    }

    // What the host does with a lease; gives the failure.
    private static async Task<Exception?> TryDeliverAsync(AgentRuntime runtime, IComponent sink, LentEvents lease)
    {
        try
        {
            if (sink is not IHoldingSink holding || (holding.MaxHeldEvents == 0 && sink is ISink))
            {
                await ((ISink)sink).WriteAsync(lease.Events, CancellationToken.None);
                lease.Commit();
                return null;
            }

            await holding.AcceptAsync(lease, CancellationToken.None);
            await holding.FlushAsync(CancellationToken.None);
            for (var waits = 0; !lease.IsSettled && waits < 3000; waits++)
            {
                await runtime.DelayAsync(Pause, CancellationToken.None);
            }

            Assert.That(lease.IsSettled, Is.True, "a flush settles what is held");
            return lease.Returned.IsEmpty ? null : new DeliveryException("The sink gave events back.");
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            if (failure is PartialDeliveryException partial)
            {
                lease.Commit([.. Enumerable.Range(0, lease.Count).Except(partial.FailedIndexes)]);
            }

            if (!lease.IsSettled)
            {
                lease.Rollback(failure);
            }

            return failure;
        }
    }

    private async Task AssertHoldsAsync(AgentRuntime runtime, int count, bool mayHoldTwice = false)
    {
        if (await ReadBackAsync(runtime) is { } found)
        {
            Assert.That(mayHoldTwice ? found.Distinct() : found, Is.EqualTo(Texts(Events(0, count))));
        }
    }
}
