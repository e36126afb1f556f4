using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>What the loop tells the brokers and asks them: commits, ends of partitions, whether they are there.</summary>
internal sealed partial class ConsumerLoop
{
    private void CommitIfDue()
    {
        if (_committing.IsCompleted
            && (tracker.DueEvents >= settings.CommitEvents || runtime.Time.GetElapsedTime(_lastCommit) >= settings.CommitTime))
        {
            _committing = CommitDueAsync();
        }
    }

    private async Task CommitDueAsync()
    {
        _lastCommit = runtime.Time.GetTimestamp();
        tracker.ResetDue();
        var due = tracker.Due();
        if (due.Count == 0)
        {
            return;
        }

        try
        {
            await consumer.CommitAsync(due);
            tracker.Committed(due);
            _hasCommitFailed = false;
        }
        catch (KafkaException failure)
        {
            OnCommitFailed(failure); // the offsets stay due
        }
    }

    private void OnCommitFailed(KafkaException failure)
    {
        lock (_sync)
        {
            if (_hasCommitFailed && runtime.Time.GetElapsedTime(_lastCommitReport) < TimeSpan.FromMinutes(1))
            {
                return;
            }

            _hasCommitFailed = true;
            _lastCommitReport = runtime.Time.GetTimestamp();
        }

        CommitFailed(id, failure.Error.Reason);
    }

    private void OnConsumeFailed(Error error)
    {
        if (_problem is null)
        {
            _problem = error.Reason;
            ConsumeFailed(id, error.Code.ToString(), error.Reason);
        }
    }

    private void Answers()
    {
        if (_problem is not null)
        {
            _problem = null;
            BrokersAnswer(id);
        }
    }

    private async Task ProbeAsync()
    {
        if (_problem is not null && runtime.Time.GetElapsedTime(_lastProbe) >= settings.ProbeTime)
        {
            _lastProbe = runtime.Time.GetTimestamp();
            if (await consumer.ProbeAsync())
            {
                Answers();
            }
        }

        if (_isIdleAsked)
        {
            _isIdleAsked = false;
            _isIdle = await IsAtEndAsync();
        }
    }

    private async Task<bool> IsAtEndAsync()
    {
        if (_assigned.Count == 0 || _problem is not null || !queue.IsEmpty || tracker.Unsettled > 0
            || _assigned.Values.Any(places => places.Position == PartitionOffsets.None || places.Position != places.End))
        {
            return false;
        }

        try
        {
            return await consumer.IsAtEndAsync([.. _assigned.Select(pair => new TopicPartitionOffset(pair.Key, pair.Value.Position))]);
        }
        catch (KafkaException)
        {
            return false; // whoever cannot reach the server does not know
        }
    }

    [LoggerMessage(KafkaEventIds.BrokersUnreachable, LogLevel.Error, "FLK6001: {Source} reaches none of the brokers '{Servers}': {Reason} Nothing is read until one answers. Start the broker or correct kafka.bootstrap.servers.")]
    private partial void Unreachable(ComponentId source, string servers, string reason);

    [LoggerMessage(KafkaEventIds.BrokersAnswer, LogLevel.Information, "{Source} reads from its brokers again.")]
    private partial void BrokersAnswer(ComponentId source);

    [LoggerMessage(KafkaEventIds.ConsumeFailed, LogLevel.Warning, "{Source} cannot read now and goes on trying: {Code}: {Reason}")]
    private partial void ConsumeFailed(ComponentId source, string code, string reason);

    [LoggerMessage(KafkaEventIds.CommitFailed, LogLevel.Warning, "{Source} could not commit its offsets; they are committed later, events may come twice after a restart until then: {Reason}")]
    private partial void CommitFailed(ComponentId source, string reason);

    [LoggerMessage(KafkaEventIds.Assigned, LogLevel.Information, "{Source} reads {Partitions}.")]
    private partial void AssignedPartitions(ComponentId source, string partitions);

    [LoggerMessage(KafkaEventIds.Revoked, LogLevel.Information, "{Source} gives {Partitions} back; everything read from there is delivered and committed.")]
    private partial void RevokedPartitions(ComponentId source, string partitions);

    [LoggerMessage(KafkaEventIds.RevokedUnsettled, LogLevel.Warning, "{Source} gives {Partitions} back; not all that was read from there was delivered within {Seconds} s, so some events come twice.")]
    private partial void RevokedUnsettled(ComponentId source, string partitions, double seconds);

    [LoggerMessage(KafkaEventIds.Lost, LogLevel.Warning, "{Source} lost {Partitions} to other members of its group; events under way come twice.")]
    private partial void LostPartitions(ComponentId source, string partitions);

    [LoggerMessage(KafkaEventIds.Rewound, LogLevel.Information, "{Source} reads again from {Offsets}, because events were rejected.")]
    private partial void Rewound(ComponentId source, string offsets);
}
