using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// A consumer of a group as its loop sees it. Calls follow one another; only <see cref="CommitAsync"/>, <see cref="ProbeAsync"/> and
/// <see cref="TopicIdsAsync"/> may run beside another one, but not beside <see cref="RenewAsync"/>. All come back on the graph's scheduler.
/// </summary>
internal interface IKafkaConsumer
{
    /// <summary>
    /// Waits for records, at most <paramref name="wait"/> for the first, then takes what is there up to the bounds. Ends early at a change
    /// of the assignment. Being called is also what keeps the consumer in its group.
    /// </summary>
    /// <exception cref="KafkaException">The consumer cannot go on.</exception>
    Task<PollResult> PollAsync(int maxEvents, long maxBytes, TimeSpan wait);

    /// <summary>The answer to <see cref="AssignmentChangeKind.Revoking"/>: lets the partitions go. What is to be committed has been.</summary>
    void Release();

    /// <exception cref="KafkaException">The commit failed.</exception>
    Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets);

    /// <summary>Goes back to these offsets.</summary>
    Task SeekAsync(IReadOnlyList<TopicPartitionOffset> offsets);

    Task PauseAsync(IReadOnlyList<TopicPartition> partitions);

    Task ResumeAsync(IReadOnlyList<TopicPartition> partitions);

    /// <summary>Whether every partition ends at the offset given, by asking the brokers now.</summary>
    /// <exception cref="KafkaException">They did not answer.</exception>
    Task<bool> IsAtEndAsync(IReadOnlyList<TopicPartitionOffset> positions);

    /// <summary>Whether a broker answers.</summary>
    Task<bool> ProbeAsync();

    /// <summary>The ids of those of these topics that exist; a topic that is made again has another one. Nothing from brokers that have no ids.</summary>
    /// <exception cref="KafkaException">They did not answer.</exception>
    Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics);

    /// <summary>Leaves the group with nothing left to give back, and puts a new client in the place of this one, which joins with the next poll.</summary>
    Task RenewAsync();

    /// <summary>Leaves the group and ends the consumer. Legal more than once.</summary>
    Task CloseAsync();
}
