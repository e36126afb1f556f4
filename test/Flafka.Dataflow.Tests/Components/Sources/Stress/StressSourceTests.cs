using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Stress;

public class StressSourceTests
{
    [Test]
    public void It_sends_as_many_events_as_it_is_told()
    {
        var output = Run(new StressSourceOptions { MaxTotalEvents = 35 }, new ScriptedOutput());
        Assert.That(output.Sizes, Is.EqualTo(Enumerable.Repeat(1, 35)));
        Assert.That(output.Delivered, Has.All.Matches<FlumeEvent>(e => e.Body.Length == 500 && e.Body.Span.IndexOfAnyExcept((byte)0x7F) < 0 && e.Headers.Count == 0));
    }

    [Test]
    public void The_last_batch_is_shorter() =>
        Assert.That(Run(new StressSourceOptions { MaxTotalEvents = 35, BatchSize = 10 }, new ScriptedOutput()).Sizes, Is.EqualTo([10, 10, 10, 5]));

    [Test]
    public void Events_that_were_refused_do_not_count_as_successful()
    {
        var output = new ScriptedOutput((number, _) => number is 3 or 7 ? Settlement.Rejected(new ChannelFullException("full")) : Settlement.Delivered);
        Run(new StressSourceOptions { MaxSuccessfulEvents = 35 }, output);
        Assert.That((output.Batches, output.Delivered.Count), Is.EqualTo((37, 35)));
    }

    [Test]
    public void The_rate_is_kept()
    {
        var scheduler = new SimulatedScheduler(1);
        Run(new StressSourceOptions { MaxTotalEvents = 20, MaxEventsPerSecond = 20 }, new ScriptedOutput(), scheduler);
        Assert.That(scheduler.Time.Elapsed.TotalSeconds, Is.InRange(0.7, 1.3));
    }

    private static ScriptedOutput Run(StressSourceOptions options, ScriptedOutput output, SimulatedScheduler? scheduler = null)
    {
        scheduler ??= new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var source = new StressSource(options, scheduler.Runtime);
            await source.RunAsync(output, CancellationToken.None);
            Assert.That(source.IsIdle, Is.True);
        });
        return output;
    }
}
