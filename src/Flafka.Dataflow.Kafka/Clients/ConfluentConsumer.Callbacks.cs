using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>What the client tells within a poll: how the assignment changes, and what is wrong.</summary>
internal sealed partial class ConfluentConsumer
{
    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        _round.Changes.Add(new AssignmentChange(AssignmentChangeKind.Assigned, partitions));
        _isRoundOver = true;
        try
        {
            if (_starts is not null)
            {
                return _starts.Of(partitions);
            }
        }
        catch (KafkaException failure)
        {
            _round.Problem = new ConsumeProblem(failure.Error, null);
        }

        return partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Unset));
    }

    private void OnLost(List<TopicPartitionOffset> offsets)
    {
        _round.Changes.Add(new AssignmentChange(AssignmentChangeKind.Lost, offsets.ConvertAll(offset => offset.TopicPartition)));
        _isRoundOver = true;
    }

    private void OnRevoked(List<TopicPartitionOffset> offsets)
    {
        _isRoundOver = true;
        if (_isClosing || _isReplacing || offsets.Count == 0)
        {
            return; // everything was settled and committed before
        }

        _round.Changes.Add(new AssignmentChange(AssignmentChangeKind.Revoking, offsets.ConvertAll(offset => offset.TopicPartition)));

        // The second revocation within one poll has no one to tell until the next poll is asked for.
        if (_reply is null && !_polls.TryTake(out _reply, Timeout.Infinite))
        {
            return;
        }

        Reply();
        _releases.TryTake(out _, Timeout.Infinite);
    }

    private void OnError(Error error)
    {
        _settings.OnError(error);
        if (error.IsFatal)
        {
            _round.Problem = new ConsumeProblem(error, null);
        }
    }

    [LoggerMessage(KafkaEventIds.StartsAtEnd, LogLevel.Warning, "Group '{Group}' has no offset on '{Topic}': starting at the end, {Records:N0} records are not read. Set kafka.consumer.auto.offset.reset = earliest to read them.")]
    private partial void StartsAtEnd(string group, string topic, long records);

    [LoggerMessage(KafkaEventIds.OffsetGone, LogLevel.Warning, "The offset of group '{Group}' on {Partition} does not exist any more (old records were deleted, or the topic was made anew): reading on at the first record there is.")]
    private partial void OffsetGone(string group, string partition);
}
