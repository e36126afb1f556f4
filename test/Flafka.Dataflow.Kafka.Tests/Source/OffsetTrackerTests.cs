using Confluent.Kafka;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Source;

public class OffsetTrackerTests
{
    private static readonly TopicPartition P0 = new("t", 0);
    private static readonly TopicPartition P1 = new("t", 1);
    private static readonly Settlement No = Settlement.Rejected(new DeliveryException("no"));
    private readonly AsyncSignal _changed = new();

    [Test]
    public void Only_the_prefix_without_a_gap_is_due()
    {
        var tracker = Assigned(P0);
        var first = tracker.TryTrack(P0, 10, 20, 10)!;
        var second = tracker.TryTrack(P0, 20, 30, 10)!;
        second.Settle(Settlement.Delivered);
        Assert.That(tracker.Due(), Is.Empty);
        first.Settle(Settlement.Delivered);
        Assert.That(tracker.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 30)]));
        tracker.Committed(tracker.Due());
        Assert.That(tracker.Due(), Is.Empty);
    }

    [Test]
    public void Nothing_is_due_of_a_partition_of_which_nothing_was_sent()
    {
        var tracker = Assigned(P0);
        tracker.Committed([new TopicPartitionOffset(P0, 0)]);
        Assert.That(tracker.Due(), Is.Empty);
    }

    [Test]
    public void A_rejection_goes_back_when_nothing_is_on_its_way_only_where_it_was()
    {
        var tracker = Assigned(P0, P1);
        var a = tracker.TryTrack(P0, 5, 6, 1)!;
        var b = tracker.TryTrack(P0, 6, 7, 1)!;
        var c = tracker.TryTrack(P1, 0, 9, 9)!;
        a.Settle(Settlement.Delivered);
        b.Settle(No);
        Assert.That(tracker.TryRewind(), Is.Null);
        c.Settle(Settlement.Delivered);
        Assert.That(tracker.TryRewind(), Is.EqualTo([new TopicPartitionOffset(P0, 6)]));
        Assert.That(tracker.HasRejection, Is.False);
    }

    [Test]
    public void A_rejection_of_the_very_first_batch_goes_back_to_where_reading_began()
    {
        var tracker = Assigned(P0);
        tracker.TryTrack(P0, 42, 50, 8)!.Settle(No);
        Assert.That(tracker.TryRewind(), Is.EqualTo([new TopicPartitionOffset(P0, 42)]));
        Assert.That(tracker.Due(), Is.Empty);
    }

    // The log lost its end when its leader died, and the client reads on where it begins: after a crash the higher offset would skip what is written there now.
    [Test]
    public void Where_the_client_went_back_by_itself_the_lower_offset_is_due()
    {
        var tracker = Assigned(P0);
        tracker.TryTrack(P0, 100, 110, 10)!.Settle(Settlement.Delivered);
        tracker.Committed(tracker.Due());
        tracker.TryTrack(P0, 0, 5, 5)!.Settle(Settlement.Delivered);
        Assert.That(tracker.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 5)]));
        tracker.Committed(tracker.Due());
        Assert.That(tracker.Due(), Is.Empty);
    }

    [Test]
    public void What_settles_of_a_former_assignment_changes_nothing()
    {
        var tracker = Assigned(P0);
        var old = tracker.TryTrack(P0, 0, 10, 10)!;
        tracker.Close([P0]);
        Assert.That(tracker.TryTrack(P0, 10, 20, 10), Is.Null);
        tracker.Forget([P0]);
        tracker.Assign(P0);
        Assert.That(tracker.Unsettled, Is.EqualTo(1));
        old.Settle(Settlement.Delivered);
        Assert.That(tracker.Due(), Is.Empty);
        Assert.That(tracker.Unsettled, Is.Zero);
    }

    [Test]
    public void A_batch_of_a_partition_that_is_not_ours_is_dropped() =>
        Assert.That(new OffsetTracker(_changed).TryTrack(P0, 0, 1, 1), Is.Null);

    [Test]
    public void In_any_order_of_settlements_the_due_offset_is_that_of_a_simple_model([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var tracker = Assigned(P0);
        var open = new List<(Receipt Receipt, int Index)>();
        var isDelivered = new List<bool>();
        var next = 0L;
        long committed = 0;
        for (var step = 0; step < 200; step++)
        {
            if (random.Next(2) == 0)
            {
                open.Add((tracker.TryTrack(P0, next, next + 3, 3)!, isDelivered.Count));
                isDelivered.Add(false);
                next += 3;
            }
            else if (open.Count > 0)
            {
                var at = random.Next(open.Count);
                open[at].Receipt.Settle(Settlement.Delivered);
                isDelivered[open[at].Index] = true;
                open.RemoveAt(at);
            }

            var prefix = isDelivered.TakeWhile(delivered => delivered).Count() * 3;
            var due = tracker.Due();
            Assert.That(due.Count == 0 ? committed : due[0].Offset.Value, Is.EqualTo(prefix));
            if (random.Next(5) == 0)
            {
                tracker.Committed(due);
                committed = prefix;
            }
        }
    }

    private OffsetTracker Assigned(params TopicPartition[] partitions)
    {
        var tracker = new OffsetTracker(_changed);
        foreach (var partition in partitions)
        {
            tracker.Assign(partition);
        }

        return tracker;
    }
}
