using Confluent.Kafka;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Channel;

public class PartitionLanesTests
{
    private static readonly TopicPartition P0 = new("t", 0);
    private static readonly TopicPartition P1 = new("t", 1);
    private static readonly DeliveryException No = new("no");

    [Test]
    public void What_comes_back_is_lent_first_and_only_the_prefix_without_a_gap_is_due()
    {
        var lanes = Assigned(P0);
        lanes.Add([Batch(P0, 10, 6)]);
        var first = lanes.TryLease(2)!;
        var second = lanes.TryLease(2)!;
        second.Commit();
        Assert.That(lanes.Due(), Is.Empty);
        first.Rollback(No);
        var again = lanes.TryLease(4)!;
        Assert.That(Texts(again), Is.EqualTo(["0-10", "0-11", "0-14", "0-15"]));
        again.Commit([0, 1]);
        Assert.That(lanes.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 14)]));
        again.Commit();
        Assert.That(lanes.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 16)]));
        Assert.That(lanes.IsEmpty);
    }

    [Test]
    public void Offsets_without_a_record_do_not_stop_the_prefix()
    {
        var lanes = Assigned(P0);
        lanes.Add([Batch(P0, 0, 2), Batch(P0, 5, 2)]);
        lanes.TryLease(10)!.Commit();
        Assert.That(lanes.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 7)]));
    }

    // See the twin in OffsetTrackerTests.
    [Test]
    public void Where_the_client_went_back_by_itself_the_lower_offset_is_due()
    {
        var lanes = Assigned(P0);
        lanes.Add([Batch(P0, 100, 10)]);
        lanes.TryLease(10)!.Commit();
        lanes.Committed(lanes.Due());
        lanes.Add([Batch(P0, 0, 5)]);
        var lease = lanes.TryLease(5)!;
        lease.Commit([2, 3, 4]);
        lease.Commit();
        Assert.That(lanes.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 5)]));
        lanes.Committed(lanes.Due());
        Assert.That(lanes.Due(), Is.Empty);
    }

    [Test]
    public void A_closed_lane_lends_nothing_more_and_drops_what_comes_back()
    {
        var lanes = Assigned(P0, P1);
        lanes.Add([Batch(P0, 0, 4), Batch(P1, 0, 1)]);
        var lease = lanes.TryLease(2)!;
        lanes.Close([P0]);
        Assert.That(lanes.IsSettled([P0]), Is.False);
        lease.Rollback(No);
        Assert.That(lanes.IsSettled([P0]));
        Assert.That(Texts(lanes.TryLease(10)!), Is.EqualTo(["1-0"]));
    }

    [Test]
    public void What_is_committed_of_a_former_assignment_changes_nothing()
    {
        var lanes = Assigned(P0);
        lanes.Add([Batch(P0, 0, 4)]);
        var old = lanes.TryLease(4)!;
        lanes.Forget([P0]);
        lanes.Assign(P0);
        lanes.Add([Batch(P0, 0, 4)]);
        old.Commit();
        Assert.That(lanes.Due(), Is.Empty);
        lanes.TryLease(1)!.Commit();
        Assert.That(lanes.Due(), Is.EqualTo([new TopicPartitionOffset(P0, 1)]));
    }

    [Test]
    public void Nothing_is_lent_while_somebody_waits_for_leases()
    {
        var lanes = Assigned(P0);
        lanes.Add([Batch(P0, 0, 1)]);
        lanes.Hold(1);
        Assert.That(lanes.TryLease(1), Is.Null);
        Assert.That(lanes.HasUnlent, Is.False);
        Assert.That(lanes.IsWaitedFor);
        lanes.Hold(-1);
        Assert.That(lanes.TryLease(1), Is.Not.Null);
    }

    [Test]
    public void In_any_order_of_leases_commits_rollbacks_and_revocations_it_does_as_a_simple_model([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var lanes = Assigned(P0);
        var open = new List<(Lease Lease, int Epoch)>();
        var (epoch, next, start) = (0, 0L, 0L);
        var committed = new SortedSet<long>(); // of this epoch
        var waiting = new SortedSet<long>();
        for (var step = 0; step < 300; step++)
        {
            switch (random.Next(8))
            {
                case 0 or 1:
                    var count = random.Next(1, 6);
                    lanes.Add([Batch(P0, next, count)]);
                    for (var i = 0; i < count; i++)
                    {
                        waiting.Add(next++);
                    }

                    break;
                case 2 or 3 when lanes.TryLease(random.Next(1, 5)) is { } lease:
                    Assert.That(Offsets(lease), Is.EqualTo(waiting.Take(lease.Count)));
                    waiting.ExceptWith(Offsets(lease));
                    open.Add((lease, epoch));
                    break;
                case 4 or 5 when open.Count > 0:
                    var done = Take(open, random);
                    done.Lease.Commit();
                    if (done.Epoch == epoch)
                    {
                        committed.UnionWith(Offsets(done.Lease));
                    }

                    break;
                case 6 when open.Count > 0:
                    var back = Take(open, random);
                    back.Lease.Rollback(No);
                    if (back.Epoch == epoch)
                    {
                        waiting.UnionWith(Offsets(back.Lease));
                    }

                    break;
                case 7 when random.Next(10) == 0:
                    lanes.Close([P0]);
                    lanes.Forget([P0]);
                    lanes.Assign(P0);
                    epoch++;
                    start = next = Prefix(start, committed); // where the next owner begins
                    committed.Clear();
                    waiting.Clear();
                    break;
            }

            var due = lanes.Due();
            Assert.That(due.Count == 0 ? start : due[0].Offset.Value, Is.EqualTo(Prefix(start, committed)));
        }
    }

    private static long Prefix(long start, SortedSet<long> committed)
    {
        while (committed.Contains(start))
        {
            start++;
        }

        return start;
    }

    private static (Lease Lease, int Epoch) Take(List<(Lease Lease, int Epoch)> open, Random random)
    {
        var at = random.Next(open.Count);
        var taken = open[at];
        open.RemoveAt(at);
        return taken;
    }

    private static IEnumerable<long> Offsets(Lease lease) => lease.Events.Select(e => long.Parse(e.ToString().Split('-')[1], System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<string> Texts(Lease lease) => lease.Events.Select(e => e.ToString());

    private static PolledBatch Batch(TopicPartition partition, long first, int count)
    {
        var batch = new PolledBatch(partition, first);
        for (var offset = first; offset < first + count; offset++)
        {
            batch.Add(FlumeEvent.FromText($"{partition.Partition.Value}-{offset}"), offset);
        }

        return batch;
    }

    private static PartitionLanes Assigned(params TopicPartition[] partitions)
    {
        var lanes = new PartitionLanes(1000, 1 << 20, static () => false, static () => false);
        foreach (var partition in partitions)
        {
            lanes.Assign(partition);
        }

        return lanes;
    }
}
