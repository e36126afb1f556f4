using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>What the loop tells the brokers and asks them: commits, ends of partitions, whether they are there.</summary>
internal sealed partial class ConsumerLoop
{
    private void CommitIfDue()
    {
        if (_committing.IsCompleted && !_isTopicGone
            && (records.DueEvents >= settings.CommitEvents || owner.Runtime.Time.GetElapsedTime(_lastCommit) >= settings.CommitTime))
        {
            _committing = CommitDueAsync();
        }
    }

    /// <summary>Before partitions go: what is not committed now comes twice. A group that is sharing out its partitions refuses commits, so they are tried again for a while.</summary>
    /// <returns>Whether everything settled is committed.</returns>
    private async Task<bool> CommitLastAsync(IReadOnlyCollection<TopicPartition>? only)
    {
        using var limit = new CancellationTokenSource(settings.LastCommitTime, owner.Runtime.Time);
        using var abort = _abort.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(AbortGrace), limit);
        for (var attempt = 1; await Join.WithinAsync(owner.Runtime, _committing, Timeout.InfiniteTimeSpan, limit.Token); attempt++)
        {
            if (records.Due(only).Count == 0 && _beginnings.IsEmpty)
            {
                return true;
            }

            if (attempt > 1)
            {
                if (!_mayCommitPass || limit.IsCancellationRequested)
                {
                    break;
                }

                await owner.Runtime.DelayAsync(CommitPause, CancellationToken.None);
            }

            _committing = CommitDueAsync();
        }

        return false;
    }

    private async Task CommitDueAsync()
    {
        _lastCommit = owner.Runtime.Time.GetTimestamp();
        records.ResetDue();
        var beginnings = _beginnings;
        IReadOnlyList<TopicPartitionOffset> due = [.. records.Due(), .. beginnings];
        if (due.Count == 0)
        {
            return;
        }

        try
        {
            await consumer.CommitAsync(due);
            records.Committed(due);
            ImmutableInterlocked.Update(ref _beginnings, static (all, done) => all.RemoveRange(done), beginnings);
            _hasCommitFailed = false;
        }
        catch (KafkaException failure)
        {
            OnCommitFailed(failure); // the offsets stay due
        }
    }

    private void OnCommitFailed(KafkaException failure)
    {
        if (IsTopicGone(failure))
        {
            _mustAsk = _isTopicGone = true;
        }

        _mayCommitPass = failure.Error.Code is not (ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId); // others have the partitions already
        Interlocked.Increment(ref _failedCommits);
        lock (_sync)
        {
            if (_hasCommitFailed && owner.Runtime.Time.GetElapsedTime(_lastCommitReport) < TimeSpan.FromMinutes(1))
            {
                return;
            }

            _hasCommitFailed = true;
            _lastCommitReport = owner.Runtime.Time.GetTimestamp();
        }

        CommitFailed(owner.Id, Volatile.Read(ref _failedCommits), failure.Error.Reason);
    }

    private async Task ProbeAsync()
    {
        if (Brokers.IsAway && owner.Runtime.Time.GetElapsedTime(_lastProbe) >= settings.ProbeTime)
        {
            _lastProbe = owner.Runtime.Time.GetTimestamp();
            if (await consumer.ProbeAsync())
            {
                Brokers.OnAnswer(isSuccess: false);
            }
            else
            {
                Brokers.OnNoAnswer();
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
        if (!_hasJoined || Brokers.Problem is not null || !records.IsEmpty
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

    [LoggerMessage(KafkaEventIds.CommitFailed, LogLevel.Warning, "{Component} could not commit its offsets ({Count} times so far); they go along with the next commit, and until then events may come twice after a restart: {Reason}")]
    private partial void CommitFailed(ComponentId component, long count, string reason);

    [LoggerMessage(KafkaEventIds.Assigned, LogLevel.Information, "{Component} reads {Partitions}.")]
    private partial void AssignedPartitions(ComponentId component, string partitions);

    [LoggerMessage(KafkaEventIds.Revoked, LogLevel.Information, "{Component} gives {Partitions} back; everything read from there is delivered and committed.")]
    private partial void RevokedPartitions(ComponentId component, string partitions);

    [LoggerMessage(KafkaEventIds.RevokedUnsettled, LogLevel.Warning, "{Component} gives {Partitions} back; not all that was read from there was delivered within {Seconds} s, so some events come twice.")]
    private partial void RevokedUnsettled(ComponentId component, string partitions, double seconds);

    [LoggerMessage(KafkaEventIds.Lost, LogLevel.Warning, "{Component} lost {Partitions} to other members of its group; events under way come twice.")]
    private partial void LostPartitions(ComponentId component, string partitions);

    [LoggerMessage(KafkaEventIds.Rewound, LogLevel.Information, "{Component} reads again from {Offsets}, because events were rejected.")]
    private partial void Rewound(ComponentId component, string offsets);
}
