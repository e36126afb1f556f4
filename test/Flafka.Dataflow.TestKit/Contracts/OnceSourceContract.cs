using NUnit.Framework;

namespace Flafka.Dataflow.TestKit.Contracts;

/// <summary>
/// What every source must do that gets its input only once, from a client or a program. A fixture derives from it and plays the other side.
/// Sources that can read again keep <see cref="SourceContract"/>.
/// </summary>
public abstract class OnceSourceContract : SourceContractBase
{
    [Test]
    public void What_is_rejected_is_told_to_the_other_side_or_sent_again_and_the_rest_keeps_its_order([Range(1, 10)] int seed)
    {
        var expected = Prepare(300);
        var random = new Random(seed);
        var output = new ScriptedOutput((number, _) => number == 1 || random.Next(5) == 0 ? Settlement.Rejected(Refusal) : Settlement.Delivered);
        Run(seed, async runtime =>
        {
            var source = NewSource(runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await FeedAsync(runtime);
            while (output.Delivered.Count + Refused.Count < expected.Count)
            {
                await output.Changed.WaitAsync(CancellationToken.None);
            }

            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
        });
        var refused = Refused.ToHashSet();
        Assert.That(output.Texts, Is.EqualTo(refused.Count == 0 ? expected : expected.Where(body => !refused.Contains(body))));
        AssertNoneOpen();
    }
}
