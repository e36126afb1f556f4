using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>What every source that can read again must do. A fixture derives from it and says how its source gets its input.</summary>
public abstract class SourceContract : SourceContractBase
{
    [Test]
    public void It_waits_for_no_receipt_on_stopping()
    {
        var expected = Prepare(20);
        var output = new ScriptedOutput((_, _) => null);
        Run(1, async runtime =>
        {
            var source = NewSource(runtime);
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
        AssertNoneOpen();
    }

    [Test]
    public void After_a_rejection_it_sends_again_in_order_and_nothing_twice([Range(1, 20)] int seed)
    {
        var expected = Prepare(500);
        var random = new Random(seed);
        var output = new ScriptedOutput((number, _) => number == 1 ? Settlement.Rejected(Refusal) : random.Next(8) switch
        {
            0 => Settlement.Rejected(Refusal),
            < 4 => null,
            _ => Settlement.Delivered,
        });
        Run(seed, async runtime =>
        {
            var source = NewSource(runtime);
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
        AssertNoneOpen();
    }
}
