using System.Globalization;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>
/// Random agents under random failures: nothing lost, nothing doubled without a failure, capacity kept, order kept, no receipt open, no deadlock.
/// <c>scripts/chaos.sh</c> runs more seeds and replays one.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public class ChaosTests
{
    private static readonly int FirstSeed = Setting("FLAFKA_CHAOS_SEED", 0);
    private static readonly int Seeds = Setting("FLAFKA_CHAOS_SEEDS", 2000);

    [Test]
    public void Simulated()
    {
        long steps = 0;
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            Interlocked.Add(ref steps, Simulate(FirstSeed + i, traced: false).Steps));
        TestContext.Out.WriteLine($"{Seeds} seeds, {steps} steps");
        Assert.That(steps, Is.GreaterThan(Seeds >= 1000 ? 5_000_000 : 0), "the seeds do too little to prove much");
    }

    [Test]
    public void Equal_seeds_give_equal_traces([Values(7, 8, 9)] int seed)
    {
        var first = Simulate(seed, traced: true).Trace;
        var again = Simulate(seed, traced: true).Trace;
        Assert.That(again == first, "two runs of one seed differ");
        Assert.That(first, Has.Length.GreaterThan(1000));
    }

    [Test, Category("Slow")]
    public async Task On_the_thread_pool([Range(1, 6)] int seed)
    {
        using var ledger = ReceiptLedger.Begin();
        using var clock = new QuickTimeProvider(200);
        var run = new ChaosRun(seed, new AgentRuntime(clock, TaskScheduler.Default), isFaulty: seed % 2 == 0);
        await run.RunAsync();
        ledger.AssertNoneOpen();
    }

    private static SimulatedScheduler Simulate(int seed, bool traced)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(seed, traced);
        var run = new ChaosRun(seed, scheduler.Runtime, isFaulty: seed % 4 != 0);
        scheduler.DescribeDeadlock = run.Describe;
        try
        {
            scheduler.Run(run.RunAsync);
            ledger.AssertNoneOpen();
        }
        catch (Exception failure)
        {
            throw new ChaosException($"Chaos failed. Replay with: scripts/chaos.sh --seed {seed}\n{failure}");
        }

        return scheduler;
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
