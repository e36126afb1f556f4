using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What <see cref="SourceContract"/> and <see cref="OnceSourceContract"/> have in common: the life of every source.</summary>
public abstract class SourceContractBase
{
    private ReceiptLedger _ledger = null!;

    /// <summary>Why a script rejects.</summary>
    protected static InvalidOperationException Refusal { get; } = new("refused by the test");

    [SetUp]
    public void BeginLedger() => _ledger = ReceiptLedger.Begin();

    [TearDown]
    public void EndLedger() => _ledger.Dispose();

    [Test]
    public void The_constructor_has_no_side_effects()
    {
        Prepare(10);
        var before = Surroundings();
        Run(1, runtime =>
        {
            _ = NewSource(runtime);
            return Task.CompletedTask;
        });
        Assert.That(Surroundings(), Is.EqualTo(before));
    }

    [Test]
    public void Stop_is_legal_without_a_start_and_twice()
    {
        Prepare(10);
        var before = Surroundings();
        Run(1, async runtime =>
        {
            var source = NewSource(runtime);
            await source.StopAsync(CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
            await source.StartAsync(CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(Surroundings(), Is.EqualTo(before));
    }

    [Test]
    public void A_start_after_a_stop_works([Range(1, 3)] int seed)
    {
        var expected = Prepare(25);
        var output = new ScriptedOutput();
        Run(seed, async runtime =>
        {
            var source = NewSource(runtime);
            await source.StartAsync(CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
            await RunUntilDeliveredAsync(runtime, source, output, expected.Count);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    [Test]
    public void A_start_that_failed_can_be_repeated()
    {
        var expected = Prepare(5);
        var isBroken = TryBreakStart(); // a start that cannot fail must work each time
        var output = new ScriptedOutput();
        Run(1, async runtime =>
        {
            var source = NewSource(runtime);
            for (var i = 0; i < 2; i++)
            {
                Assert.That(await FailsToStartAsync(source), Is.EqualTo(isBroken));
                await source.StopAsync(CancellationToken.None);
            }

            RepairStart();
            await RunUntilDeliveredAsync(runtime, source, output, expected.Count);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    [Test]
    public void Everything_is_handed_over_once_and_in_order([Range(1, 5)] int seed)
    {
        var expected = Prepare(777);
        var output = new ScriptedOutput();
        Run(seed, async runtime => await RunUntilDeliveredAsync(runtime, NewSource(runtime), output, expected.Count));
        Assert.That(output.Texts, Is.EqualTo(expected));
        Assert.That(Refused, Is.Empty);
        AssertNoneOpen();
    }

    [Test]
    public void It_returns_on_stopping_while_events_wait_for_room()
    {
        Prepare(100);
        var output = new ScriptedOutput { IsBlocked = true };
        Run(1, async runtime =>
        {
            var source = NewSource(runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            var feed = FeedAsync(runtime);
            while (output.Blocked == 0)
            {
                await output.Changed.WaitAsync(CancellationToken.None);
            }

            Assert.That(source.IsIdle, Is.False, "idle with events that wait for room");
            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
            await feed;
        });
        Assert.That(output.Batches, Is.Zero);
        AssertNoneOpen();
    }

    [Test]
    public void It_is_idle_when_everything_is_delivered_and_returns_on_stopping()
    {
        var expected = Prepare(50);
        var output = new ScriptedOutput();
        Run(1, async runtime =>
        {
            var source = NewSource(runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await FeedAsync(runtime);
            await output.WhenDeliveredAsync(expected.Count);
            while (!source.IsIdle)
            {
                await runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }

            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(output.Texts, Is.EqualTo(expected));
    }

    /// <summary>Readies the input for so many events.</summary>
    /// <returns>Their bodies.</returns>
    protected abstract IReadOnlyList<string> Prepare(int events);

    /// <summary>A new source for the input.</summary>
    protected abstract ISource NewSource(AgentRuntime runtime);

    /// <summary>What the other side does with a source that runs: sends the input and takes every answer, until the source closes.</summary>
    protected virtual Task FeedAsync(AgentRuntime runtime) => Task.CompletedTask;

    /// <summary>The bodies that the other side was told are not taken. Empty for a source that sends again.</summary>
    protected virtual IReadOnlyCollection<string> Refused => [];

    /// <summary>Makes the next starts fail; false when the source's start cannot fail.</summary>
    protected virtual bool TryBreakStart() => false;

    /// <summary>Undoes it.</summary>
    protected virtual void RepairStart()
    {
    }

    /// <summary>What a side effect of a constructor would change.</summary>
    protected virtual IReadOnlyList<string> Surroundings() => [];

    /// <summary>Runs a test to its end; in a simulation, unless the source has threads of its own.</summary>
    protected virtual void Run(int seed, Func<AgentRuntime, Task> test)
    {
        var scheduler = new SimulatedScheduler(seed);
        scheduler.Run(() => test(scheduler.Runtime));
    }

    /// <summary>Every receipt is settled.</summary>
    protected void AssertNoneOpen() => _ledger.AssertNoneOpen();

    private async Task RunUntilDeliveredAsync(AgentRuntime runtime, ISource source, ScriptedOutput output, int count)
    {
        using var stopping = new CancellationTokenSource();
        await source.StartAsync(CancellationToken.None);
        var run = source.RunAsync(output, stopping.Token);
        await FeedAsync(runtime);
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
}
