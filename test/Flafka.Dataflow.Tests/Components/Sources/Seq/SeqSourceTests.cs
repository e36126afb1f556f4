using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Seq;

public class SeqSourceTests
{
    [TestCase(5, 1, 6)]
    [TestCase(5, 3, 3)]
    public void A_batch_that_is_refused_is_sent_again(int total, int batchSize, int batches)
    {
        var scheduler = new SimulatedScheduler(1);
        var output = new ScriptedOutput((number, _) => number == 2 ? Settlement.Rejected(new InvalidOperationException("full")) : Settlement.Delivered);
        scheduler.Run(async () =>
        {
            var source = new SeqSource(new SeqSourceOptions { BatchSize = batchSize, TotalEvents = total }, scheduler.Runtime);
            await source.StartAsync(CancellationToken.None);
            await source.RunAsync(output, CancellationToken.None);
            Assert.That(source.IsIdle, Is.True);
        });
        Assert.Multiple(() =>
        {
            Assert.That(output.Batches, Is.EqualTo(batches));
            Assert.That(output.Texts, Is.EqualTo(["0", "1", "2", "3", "4"]));
        });
    }

    [Test]
    public void A_pause_before_sending_again_gets_longer_while_nothing_is_delivered()
    {
        var scheduler = new SimulatedScheduler(1);
        var times = new List<double>();
        var output = new ScriptedOutput((number, _) =>
        {
            times.Add(scheduler.Time.Elapsed.TotalSeconds);
            return number < 8 ? Settlement.Rejected(new InvalidOperationException("no")) : Settlement.Delivered;
        });
        scheduler.Run(async () =>
        {
            var source = new SeqSource(new SeqSourceOptions { TotalEvents = 1 }, scheduler.Runtime);
            await source.StartAsync(CancellationToken.None);
            await source.RunAsync(output, CancellationToken.None);
        });
        Assert.That(times.Zip(times.Skip(1), (a, b) => b - a), Is.EqualTo([1, 2, 3, 4, 5, 5, 5]).Within(0.001));
    }

    [Test]
    public void Without_a_total_it_counts_until_it_is_stopped()
    {
        var scheduler = new SimulatedScheduler(1);
        var output = new ScriptedOutput();
        scheduler.Run(async () =>
        {
            var source = new SeqSource(new SeqSourceOptions { BatchSize = 100 }, scheduler.Runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await output.WhenDeliveredAsync(1000);
            stopping.Cancel();
            await run;
            Assert.That(source.IsIdle, Is.False);
        });
        Assert.That(output.Texts.Take(1000), Is.EqualTo(Enumerable.Range(0, 1000).Select(n => $"{n}")));
    }
}
