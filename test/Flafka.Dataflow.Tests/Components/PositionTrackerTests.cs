using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components;

public class PositionTrackerTests
{
    [Test]
    public void The_position_advances_over_the_contiguous_settled_prefix_only()
    {
        var tracker = new PositionTracker<int>(0);
        var (a, b, c) = (tracker.Track(10), tracker.Track(20), tracker.Track(30));
        b.Settle(Settlement.Delivered);
        Assert.That(tracker.Settled, Is.Zero);
        a.Settle(Settlement.Delivered);
        Assert.That(tracker.Settled, Is.EqualTo(20));
        c.Settle(Settlement.Delivered);
        Assert.That(tracker.Settled, Is.EqualTo(30));
        Assert.That(tracker.Unsettled, Is.Zero);
        Assert.That(tracker.TryRewind(out _), Is.False);
    }

    [Test]
    public void After_a_rejection_reading_goes_on_behind_the_prefix_once_nothing_is_in_flight()
    {
        var tracker = new PositionTracker<int>(0);
        var (a, b, c) = (tracker.Track(10), tracker.Track(20), tracker.Track(30));
        a.Settle(Settlement.Delivered);
        b.Settle(Settlement.Rejected(new DeliveryException("no")));
        Assert.That(tracker.HasRejection, Is.True);
        Assert.That(tracker.TryRewind(out _), Is.False, "the third is in flight");
        c.Settle(Settlement.Delivered);
        Assert.That(tracker.TryRewind(out var position), Is.True);
        Assert.That(position, Is.EqualTo(10));
        Assert.That(tracker.HasRejection, Is.False);
        tracker.Track(20).Settle(Settlement.Delivered);
        Assert.That(tracker.Settled, Is.EqualTo(20));
    }
}
