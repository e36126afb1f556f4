using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>What one poll brought: first the batches and ends of partitions, then at most one change of the assignment.</summary>
internal sealed class PollResult
{
    /// <summary>Records as events, cut per partition, in order.</summary>
    public List<PolledBatch> Batches { get; } = [];

    /// <summary>Partitions that were read to their end, with that end.</summary>
    public List<TopicPartitionOffset> Ends { get; } = [];

    /// <summary>Partitions that this consumer has now.</summary>
    public IReadOnlyList<TopicPartition> Assigned { get; set; } = [];

    /// <summary>Partitions that it must give back: it waits for <see cref="IKafkaConsumer.ReleaseAsync"/>.</summary>
    public IReadOnlyList<TopicPartition> Revoking { get; set; } = [];

    /// <summary>Partitions that others have already.</summary>
    public IReadOnlyList<TopicPartition> Lost { get; set; } = [];

    /// <summary>What went wrong, when the consumer goes on by itself.</summary>
    public Error? Problem { get; set; }

    public int Events { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Adds a record behind the others.</summary>
    public void Add(string topic, int partition, long offset, FlumeEvent flumeEvent)
    {
        var last = Batches.Count == 0 ? null : Batches[^1];
        if (last is null || last.Partition.Partition.Value != partition || !string.Equals(last.Partition.Topic, topic))
        {
            Batches.Add(last = new PolledBatch(new TopicPartition(topic, partition), offset));
        }

        last.Add(flumeEvent, offset);
        Events++;
        Bytes += flumeEvent.Body.Length;
    }
}
