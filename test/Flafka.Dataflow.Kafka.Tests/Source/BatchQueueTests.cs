using Confluent.Kafka;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Source;

public class BatchQueueTests
{
    private readonly BatchQueue _queue = new(batchSize: 4, maxEvents: 10, maxBytes: 1000, new AsyncSignal());

    [Test]
    public void A_waiting_batch_grows_up_to_the_batch_size_and_partitions_keep_apart()
    {
        _queue.Add([Batch(0, 0, 2), Batch(1, 0, 1)]);
        _queue.Add([Batch(0, 2, 2), Batch(0, 4, 3)]);
        Assert.That(Taken(), Is.EqualTo(["0: 0-4", "1: 0-1", "0: 4-7"]));
        Assert.That(_queue.IsEmpty);
    }

    [Test]
    public void A_batch_that_was_taken_does_not_grow()
    {
        _queue.Add([Batch(0, 0, 1)]);
        var first = _queue.TryTake()!;
        _queue.Add([Batch(0, 1, 1)]);
        Assert.That(first.Count, Is.EqualTo(1));
        Assert.That(Taken(), Is.EqualTo(["0: 1-2"]));
    }

    [Test]
    public void It_is_full_by_events_or_by_bytes_and_tells_when_there_is_room()
    {
        _queue.Add([Batch(0, 0, 4), Batch(0, 4, 4), Batch(0, 8, 4)]);
        Assert.That(_queue.IsFull);
        Assert.That(_queue.IsLow, Is.False);
        _queue.TryTake();
        Assert.That(_queue.IsFull, Is.False);
        Assert.That(_queue.Room.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        _queue.TryTake();
        Assert.That(_queue.IsLow);
        _queue.Add([Batch(1, 0, 1, bytes: 2000)]);
        Assert.That(_queue.IsFull);
    }

    [Test]
    public void A_partition_that_goes_takes_its_batches_along()
    {
        _queue.Add([Batch(0, 0, 3), Batch(1, 0, 3), Batch(0, 3, 3)]);
        _queue.Drop([new TopicPartition("t", 0)]);
        Assert.That(Taken(), Is.EqualTo(["1: 0-3"]));
    }

    private List<string> Taken()
    {
        var taken = new List<string>();
        while (_queue.TryTake() is { } batch)
        {
            Assert.That(batch.ToEvents(), Has.Length.EqualTo(batch.Count));
            taken.Add($"{batch.Partition.Partition.Value}: {batch.First}-{batch.Next}");
        }

        return taken;
    }

    private static PolledBatch Batch(int partition, long first, int count, int bytes = 1)
    {
        var batch = new PolledBatch(new TopicPartition("t", partition), first);
        for (var i = 0; i < count; i++)
        {
            batch.Add(new FlumeEvent(new byte[bytes]), first + i);
        }

        return batch;
    }
}
