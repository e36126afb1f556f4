using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Where reading begins in partitions of which the group has no offset, when the group starts at the end of a topic. It does so once, for the whole topic,
/// and commits that at once; a partition that appears later is new and is read from its first record. For the consumer's own thread: it blocks.
/// </summary>
/// <param name="consumer">The consumer.</param>
/// <param name="onStartAtEnd">Told how many records of a topic the group will not read.</param>
internal sealed class StartPositions(IConsumer<byte[]?, byte[]?> consumer, Action<string, long> onStartAtEnd)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The offsets to start these partitions at.</summary>
    /// <exception cref="KafkaException">The brokers did not answer.</exception>
    public IEnumerable<TopicPartitionOffset> Of(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).SelectMany(topic => Of(topic.Key, [.. topic]))];

    private IEnumerable<TopicPartitionOffset> Of(string topic, IReadOnlyList<TopicPartition> wanted)
    {
        var committed = consumer.Committed(All(topic), Limit);
        if (!committed.Exists(HasOffset))
        {
            committed = AtEnd(topic, committed);
        }

        var offsets = committed.ToDictionary(offset => offset.TopicPartition, offset => offset.Offset);
        return wanted.Select(partition => new TopicPartitionOffset(
            partition, offsets.TryGetValue(partition, out var offset) && offset.Value >= 0 ? offset : Offset.Beginning));
    }

    // Another member may do the same at this moment, with ends that differ by what was written meanwhile; either is "the end".
    private List<TopicPartitionOffset> AtEnd(string topic, List<TopicPartitionOffset> partitions)
    {
        long unread = 0;
        var ends = partitions.ConvertAll(partition =>
        {
            var bounds = consumer.QueryWatermarkOffsets(partition.TopicPartition, Limit);
            unread += bounds.High.Value - bounds.Low.Value;
            return new TopicPartitionOffset(partition.TopicPartition, bounds.High);
        });
        consumer.Commit(ends);
        if (unread > 0)
        {
            onStartAtEnd(topic, unread);
        }

        return ends;
    }

    private IEnumerable<TopicPartition> All(string topic)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var metadata = admin.GetMetadata(topic, Limit).Topics.Find(found => found.Topic == topic);
        return [.. (metadata?.Partitions ?? []).Select(partition => new TopicPartition(topic, partition.PartitionId))];
    }

    private static bool HasOffset(TopicPartitionOffset offset) => offset.Offset.Value >= 0;
}
