using Flafka.Dataflow.Runner.Execution;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Execution;

public class StopSignalsTests
{
    [Test]
    public void A_signal_right_after_the_first_is_the_same_wish_and_a_later_one_ends_the_draining()
    {
        var time = new ManualTimeProvider();
        using var signals = new StopSignals(time);
        signals.Receive();
        signals.Receive();
        Assert.That((signals.Stopping.IsCancellationRequested, signals.Aborting.IsCancellationRequested), Is.EqualTo((true, false)));

        time.Advance(StopSignals.Echo - TimeSpan.FromMilliseconds(1));
        signals.Receive();
        Assert.That(signals.Aborting.IsCancellationRequested, Is.False);

        time.Advance(TimeSpan.FromMilliseconds(1));
        signals.Receive();
        Assert.That(signals.Aborting.IsCancellationRequested, Is.True);
    }

    [Test]
    public void A_signal_that_comes_after_the_end_does_no_harm()
    {
        var signals = new StopSignals(new ManualTimeProvider());
        signals.Dispose();
        Assert.That(signals.Receive, Throws.Nothing);
    }
}
