using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every source that can read again must do. A fixture derives from it and says how its source gets its input.</summary>
public abstract class SourceContract
{
    private static readonly InvalidOperationException Refusal = new("refused by the test");

    private ReceiptLedger _ledger = null!;

    [SetUp]
    public void BeginLedger() => _ledger = ReceiptLedger.Begin();

    [TearDown]
    public void EndLedger() => _ledger.Dispose();

    [Test]
    public void The_constructor_has_no_side_effects()
    {
        Prepare(10);
        var before = Surroundings();
        _ = NewSource(new SimulatedScheduler(1).Runtime);
        Assert.That(Surroundings(), Is.EqualTo(before));
    }

    [Test]
    public void Stop_is_legal_without_a_start_and_twice() => Simulate(1, async source =>
    {
        await source.StopAsync(CancellationToken.None);
        await source.StopAsync(CancellationToken.None);
        await source.StartAsync(CancellationToken.None);
        await source.StopAsync(CancellationToken.None);
        await source.StopAsync(CancellationToken.None);
    });

    [Test]
    public void A_start_after_a_stop_works([Range(1, 3)] int seed)
    {
        var expected = Prepare(25);
        var output = new ScriptedOutput();
        Simulate(seed, async source =>
        {
            await source.StartAsync(CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
            await RunUntilDeliveredAsync(source, output, expected.Count);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    [Test]
    public void A_start_that_failed_can_be_repeated()
    {
        var expected = Prepare(5);
        var isBroken = TryBreakStart(); // a start that cannot fail must work each time
        var output = new ScriptedOutput();
        Simulate(1, async source =>
        {
            Assert.That(await FailsToStartAsync(source), Is.EqualTo(isBroken));
            await source.StopAsync(CancellationToken.None);
            Assert.That(await FailsToStartAsync(source), Is.EqualTo(isBroken));
            await source.StopAsync(CancellationToken.None);
            RepairStart();
            await RunUntilDeliveredAsync(source, output, expected.Count);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    [Test]
    public void Everything_is_handed_over_in_order([Range(1, 5)] int seed)
    {
        var expected = Prepare(777);
        var output = new ScriptedOutput();
        Simulate(seed, source => RunUntilDeliveredAsync(source, output, expected.Count));
        Assert.That(output.Texts, Is.EqualTo(expected));
        _ledger.AssertNoneOpen();
    }

    [Test]
    public void It_returns_on_stopping_while_a_batch_waits_for_room() => Simulate(1, async source =>
    {
        Prepare(100);
        var output = new ScriptedOutput { IsBlocked = true };
        using var stopping = new CancellationTokenSource();
        await source.StartAsync(CancellationToken.None);
        var run = source.RunAsync(output, stopping.Token);
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        stopping.Cancel();
        await run;
        await source.StopAsync(CancellationToken.None);
        Assert.That(output.Batches, Is.Zero);
        _ledger.AssertNoneOpen();
    });

    [Test]
    public void It_waits_for_no_receipt_on_stopping()
    {
        var expected = Prepare(20);
        var output = new ScriptedOutput((_, _) => null);
        Simulate(1, async source =>
        {
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            while (output.Sizes.Sum() < expected.Count)
            {
                await output.Changed.WaitAsync(CancellationToken.None);
            }

            Assert.That(source.IsIdle, Is.False, "idle with batches in flight");
            stopping.Cancel();
            await run;
            output.SettleHeld(Settlement.Delivered);
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
        _ledger.AssertNoneOpen();
    }

    [Test]
    public void After_a_rejection_it_sends_again_in_order_and_nothing_twice([Range(1, 20)] int seed)
    {
        var expected = Prepare(500);
        var random = new Random(seed);
        var output = new ScriptedOutput((_, _) => random.Next(8) switch
        {
            0 => Settlement.Rejected(Refusal),
            < 4 => null,
            _ => Settlement.Delivered,
        });

        Simulate(seed, async source =>
        {
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            while (output.Delivered.Count < expected.Count)
            {
                await output.Changed.WaitAsync(CancellationToken.None);
                output.SettleHeld(random.Next(6) == 0 ? Settlement.Rejected(Refusal) : Settlement.Delivered);
            }

            stopping.Cancel();
            await run;
            output.SettleHeld(Settlement.Delivered);
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(output.Acknowledged, Is.Positive);
        Assert.That(output.Texts, Is.EqualTo(expected));
        _ledger.AssertNoneOpen();
    }

    [Test]
    public void It_is_idle_when_everything_is_delivered()
    {
        var expected = Prepare(50);
        var output = new ScriptedOutput();
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var source = NewSource(scheduler.Runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await output.WhenDeliveredAsync(expected.Count);
            while (!source.IsIdle)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }

            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    /// <summary>Makes the input for so many events.</summary>
    /// <returns>Their bodies.</returns>
    protected abstract IReadOnlyList<string> Prepare(int events);

    /// <summary>A new source over the input.</summary>
    protected abstract ISource NewSource(AgentRuntime runtime);

    /// <summary>Makes the next starts fail; false when the source's start cannot fail.</summary>
    protected virtual bool TryBreakStart() => false;

    /// <summary>Undoes it.</summary>
    protected virtual void RepairStart()
    {
    }

    /// <summary>What a side effect of a constructor would change.</summary>
    protected virtual IReadOnlyList<string> Surroundings() => [];

    private static async Task RunUntilDeliveredAsync(ISource source, ScriptedOutput output, int count)
    {
        using var stopping = new CancellationTokenSource();
        await source.StartAsync(CancellationToken.None);
        var run = source.RunAsync(output, stopping.Token);
        await output.WhenDeliveredAsync(count);
        stopping.Cancel();
        await run;
        await source.StopAsync(CancellationToken.None);
    }

    // Not by Assert.That with a delegate: NUnit would block the one thread of the simulation.
    private static async Task<bool> FailsToStartAsync(ISource source)
    {
        try
        {
            await source.StartAsync(CancellationToken.None);
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    private void Simulate(int seed, Func<ISource, Task> test)
    {
        var scheduler = new SimulatedScheduler(seed);
        scheduler.Run(() => test(NewSource(scheduler.Runtime)));
    }
}
