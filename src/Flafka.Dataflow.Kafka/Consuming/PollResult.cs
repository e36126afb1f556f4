using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>What one poll brought: first the batches and ends of partitions, then the changes of the assignment, in order.</summary>
internal sealed class PollResult
{
    /// <summary>Records as events, cut per partition, in order. The offsets of one batch have no gaps.</summary>
    public List<PolledBatch> Batches { get; } = [];

    /// <summary>Partitions that were read to their end, with that end.</summary>
    public List<TopicPartitionOffset> Ends { get; } = [];

    /// <summary>How the assignment changed. A revocation is always the last one: the consumer waits for <see cref="IKafkaConsumer.Release"/>.</summary>
    public List<AssignmentChange> Changes { get; } = [];

    /// <summary>What went wrong, when the consumer goes on by itself.</summary>
    public ConsumeProblem? Problem { get; set; }

    public int Events { get; private set; }

    public long Bytes { get; private set; }

    public bool IsEmpty => Events == 0 && Ends.Count == 0 && Changes.Count == 0 && Problem is null;

    /// <summary>Adds a record behind the others.</summary>
    public void Add(string topic, int partition, long offset, FlumeEvent flumeEvent, bool isUndecodable = false)
    {
        var last = Batches.Count == 0 ? null : Batches[^1];
        if (last is null || last.Next != offset || last.Partition.Partition.Value != partition || !string.Equals(last.Partition.Topic, topic) || last.IsUndecodable != isUndecodable)
        {
            Batches.Add(last = new PolledBatch(new TopicPartition(topic, partition), offset) { IsUndecodable = isUndecodable });
        }

        last.Add(flumeEvent, offset);
        Events++;
        Bytes += flumeEvent.Body.Length;
    }
}

/// <summary>Why a poll brought no records.</summary>
/// <param name="Error">The client's error.</param>
/// <param name="Topic">The topic that it is about, as far as the client says.</param>
internal sealed record ConsumeProblem(Error Error, string? Topic)
{
    /// <summary>One sentence with what to do about it.</summary>
    /// <param name="prefix">What stands before the client's settings.</param>
    public string Explain(string prefix) => Error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic =>
            $"FLK6003: topic '{Topic}' does not exist and the brokers do not create it; create it or correct its name.",
        ErrorCode.TopicAuthorizationFailed =>
            $"FLK6002: the brokers do not allow reading topic '{Topic}'; grant it to the user of {prefix}sasl.jaas.config.",
        ErrorCode.GroupAuthorizationFailed =>
            $"FLK6002: the brokers do not allow this group; grant it to the user of {prefix}sasl.jaas.config, or change {prefix}group.id.",
        _ => $"The brokers do not give records now ({Error.Code}): {Error.Reason}",
    };
}

/// <summary>One change of what a consumer reads.</summary>
/// <param name="Kind">How.</param>
/// <param name="Partitions">Which partitions; an assignment may bring none.</param>
internal sealed record AssignmentChange(AssignmentChangeKind Kind, IReadOnlyList<TopicPartition> Partitions);

/// <summary>How the assignment of a consumer changes.</summary>
internal enum AssignmentChangeKind
{
    /// <summary>It has these partitions now, beside those that it had.</summary>
    Assigned,

    /// <summary>It must give them back, and does when it is told so.</summary>
    Revoking,

    /// <summary>Others have them already.</summary>
    Lost,
}
