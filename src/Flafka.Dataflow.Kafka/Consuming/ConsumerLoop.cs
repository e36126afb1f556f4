using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Polls one consumer from its start to its end: fills a store, holds back when it is full, gives partitions back in order, commits the
/// settled prefix in groups. It goes on polling when the source reads nothing more, so that the consumer stays in its group until all is settled.
/// </summary>
internal sealed partial class ConsumerLoop(
    AgentRuntime runtime, ComponentId id, IKafkaConsumer consumer, IRecordStore records, ConsumerLoopSettings settings, AsyncSignal wake, ILogger log)
{
    private readonly ILogger _log = log;
    private readonly Dictionary<TopicPartition, (long Position, long End)> _assigned = [];
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _committing = Task.CompletedTask;
    private long _lastCommit = runtime.Time.GetTimestamp();
    private long _lastProbe;
    private long _lastCommitReport;
    private long _failedCommits;
    private volatile bool _isPaused;
    private bool _hasCommitFailed;
    private bool _hasJoined;
    private volatile bool _isReading = true;
    private volatile bool _isEnding;
    private volatile bool _isRewinding;
    private volatile bool _isIdleAsked;
    private volatile bool _isIdle;
    private volatile string? _problem;

    /// <summary>What keeps the source from reading; <see langword="null"/> when nothing does.</summary>
    public string? Problem => _problem;

    /// <summary>Commits that failed so far.</summary>
    public long FailedCommits => Volatile.Read(ref _failedCommits);

    /// <summary>Why the loop ended before it was told to.</summary>
    public Exception? Failure { get; private set; }

    public bool IsPaused => _isPaused;

    /// <summary>Called while it waits for receipts (+1) and when it waits no more (-1).</summary>
    public Action<int> Waits { get; set; } = static _ => { };

    /// <summary>
    /// Whether, when this was asked the last time, all partitions were read to their ends, by the word of the brokers, and everything was settled.
    /// </summary>
    public bool IsIdle
    {
        get
        {
            _isIdleAsked = true;
            return _isIdle && records.IsEmpty;
        }
    }

    /// <summary>No broker answers; any thread.</summary>
    public void OnUnreachable(Error error)
    {
        _isIdle = false;
        if (_problem is null)
        {
            _problem = $"FLK6001: none of the brokers '{settings.Servers}' answers";
            Unreachable(id, settings.Servers, error.Reason);
        }
    }

    /// <summary>Nothing more is read.</summary>
    public void StopReading() => _isReading = false;

    /// <summary>Everything on its way is settled, something of it rejected: asks to go back; the wake-up signal tells the end.</summary>
    public void RequestRewind() => _isRewinding = true;

    public bool IsRewinding => _isRewinding;

    /// <summary>The loop ends after the poll that is under way.</summary>
    public void End() => _isEnding = true;

    /// <summary>Waiting for receipts and brokers ends.</summary>
    public void Abort() => _abort.Cancel();

    public async Task RunAsync()
    {
        try
        {
            while (!_isEnding)
            {
                await HoldBackAsync();
                var result = await consumer.PollAsync(settings.BatchSize, settings.PollBytes, settings.PollTime);
                await TakeInAsync(result);
                if (_isRewinding && result.Changes.Count == 0)
                {
                    await RewindAsync();
                }

                CommitIfDue();
                await ProbeAsync();
            }
        }
#pragma warning disable CA1031 // the source's run fails by it, and is started again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            wake.Set();
        }
    }

    /// <summary>Commits what is settled; waits for the answer.</summary>
    public async Task CommitAsync()
    {
        await _committing;
        await (_committing = CommitDueAsync());
    }

    private async Task HoldBackAsync()
    {
        if (_isReading && records.IsFull && !_isPaused)
        {
            // A short wait is cheaper than a pause, which throws away what was fetched ahead.
            await WaitForRoomAsync();
        }

        var mustPause = !_isReading || records.IsFull;
        if (mustPause && !_isPaused)
        {
            _isPaused = true;
            await consumer.PauseAsync([.. _assigned.Keys]);
        }
        else if (_isPaused && _isReading && records.IsLow)
        {
            _isPaused = false;
            await consumer.ResumeAsync([.. _assigned.Keys]);
        }
    }

    private async Task WaitForRoomAsync()
    {
        using var limit = new CancellationTokenSource(settings.PollTime, runtime.Time);
        try
        {
            await records.Room.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Time for a pause.
        }
    }

    private async Task TakeInAsync(PollResult result)
    {
        if (result.Problem is { } problem)
        {
            if (problem.IsFatal)
            {
                throw new KafkaException(problem);
            }

            OnConsumeFailed(problem);
        }

        foreach (var batch in result.Batches)
        {
            if (_assigned.TryGetValue(batch.Partition, out var places))
            {
                _assigned[batch.Partition] = places with { Position = batch.Next };
            }
        }

        foreach (var end in result.Ends.Where(end => _assigned.ContainsKey(end.TopicPartition)))
        {
            _assigned[end.TopicPartition] = (end.Offset, end.Offset);
        }

        if (result.Events > 0 || result.Ends.Count > 0)
        {
            _isIdle = false;
            Answers();
        }

        if (_isReading)
        {
            records.Add(result.Batches);
        }

        foreach (var change in result.Changes)
        {
            switch (change.Kind)
            {
                case AssignmentChangeKind.Assigned:
                    await AssignAsync(change.Partitions);
                    break;
                case AssignmentChangeKind.Revoking:
                    await RevokeAsync(change.Partitions);
                    break;
                default:
                    LostPartitions(id, string.Join(", ", change.Partitions));
                    Drop(change.Partitions);
                    break;
            }
        }
    }

    private async Task AssignAsync(IReadOnlyList<TopicPartition> partitions)
    {
        AssignedPartitions(id, partitions.Count == 0 ? "no partition: others of its group have them all" : string.Join(", ", partitions));
        _isIdle = false;
        _hasJoined = true;
        Answers();
        foreach (var partition in partitions)
        {
            _assigned[partition] = (PartitionOffsets.None, PartitionOffsets.None);
            records.Assign(partition);
        }

        if (_isPaused && partitions.Count > 0)
        {
            await consumer.PauseAsync(partitions);
        }
    }

    // Others get the partitions when this returns: everything sent should be settled and committed by then, so that nothing comes twice.
    private async Task RevokeAsync(IReadOnlyList<TopicPartition> partitions)
    {
        records.Close(partitions);
        using var limit = new CancellationTokenSource(settings.RebalanceDrain, runtime.Time);
        using var abort = _abort.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        var isSettled = true;
        Waits(1);
        try
        {
            while (!records.IsSettled(partitions))
            {
                await records.Drained.WaitAsync(limit.Token);
            }

            await Join.WithinAsync(runtime, _committing, Timeout.InfiniteTimeSpan, limit.Token);
        }
        catch (OperationCanceledException)
        {
            isSettled = false;
            RevokedUnsettled(id, string.Join(", ", partitions), settings.RebalanceDrain.TotalSeconds);
        }
        finally
        {
            Waits(-1);
        }

        try
        {
            await consumer.ReleaseAsync(records.Due(partitions));
            if (isSettled)
            {
                RevokedPartitions(id, string.Join(", ", partitions));
            }
        }
        catch (KafkaException failure)
        {
            OnCommitFailed(failure);
        }

        Drop(partitions);
    }

    private void Drop(IReadOnlyList<TopicPartition> partitions)
    {
        _isIdle = false;
        _hasJoined = false; // until the assignment that follows
        records.Forget(partitions);
        foreach (var partition in partitions)
        {
            _assigned.Remove(partition);
        }

        wake.Set();
    }

    private async Task RewindAsync()
    {
        if (records.TryRewind() is { Count: > 0 } back)
        {
            await consumer.SeekAsync(back);
            foreach (var offset in back)
            {
                _assigned[offset.TopicPartition] = (offset.Offset, PartitionOffsets.None);
            }

            Rewound(id, string.Join(", ", back));
        }

        _isRewinding = false;
        wake.Set();
    }
}
