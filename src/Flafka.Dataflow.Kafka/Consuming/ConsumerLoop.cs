using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Polls one consumer from its start to its end: fills a store, holds back when it is full, gives partitions back in order, commits the
/// settled prefix in groups. It goes on polling when the source reads nothing more, so that the consumer stays in its group until all is settled.
/// </summary>
internal sealed partial class ConsumerLoop(ClientOwner owner, IKafkaConsumer consumer, IRecordStore records, ConsumerLoopSettings settings, AsyncSignal wake)
{
    private static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = owner.Log;
    private readonly Dictionary<TopicPartition, Place> _assigned = [];
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _committing = Task.CompletedTask;
    private long _lastCommit = owner.Runtime.Time.GetTimestamp();
    private long _lastProbe;
    private long _lastCommitReport;
    private long _failedCommits;
    private volatile bool _isPaused;
    private bool _hasCommitFailed;
    private bool _mayCommitPass;
    private bool _hasJoined;
    private volatile bool _isReading = true;
    private volatile bool _isEnding;
    private volatile bool _isRewinding;
    private volatile bool _isIdleAsked;
    private volatile bool _isIdle;

    /// <summary>What keeps it from reading.</summary>
    public BrokerState Brokers { get; } = new(owner.Id, settings.Servers, ConsumerSetup.Prefix, "Nothing is read meanwhile.", owner.Log);

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

    /// <summary>An error of the client; any thread.</summary>
    public void OnError(Error error)
    {
        _isIdle = false;
        Brokers.OnError(error);
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
                await CheckTopicsAsync();
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

    /// <summary>Commits what is settled, after the end of the loop and before the end of the consumer.</summary>
    public async Task FinishAsync()
    {
        await _asking;
        await CheckBeforeLastCommitAsync(_assigned.Keys);
        await CommitLastAsync(null);
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
        using var limit = new CancellationTokenSource(settings.PollTime, owner.Runtime.Time);
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
            if (problem.Error.IsFatal)
            {
                throw new KafkaException(problem.Error);
            }

            Brokers.OnRefusal(problem.Explain(ConsumerSetup.Prefix));
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
            _assigned[end.TopicPartition] = _assigned[end.TopicPartition] with { Position = end.Offset, End = end.Offset };
        }

        if (result.Events > 0 || result.Ends.Count > 0)
        {
            _isIdle = false;
            Brokers.OnAnswer();
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
                    LostPartitions(owner.Id, string.Join(", ", change.Partitions));
                    await DropAsync(change.Partitions);
                    break;
            }
        }
    }

    private async Task AssignAsync(IReadOnlyList<TopicPartition> partitions)
    {
        AssignedPartitions(owner.Id, partitions.Count == 0 ? "no partition: others of its group have them all" : string.Join(", ", partitions));
        _isIdle = false;
        _hasJoined = true;
        _mustAsk = true;
        Brokers.OnAnswer(isSuccess: partitions.Count > 0);
        foreach (var partition in partitions)
        {
            _assigned[partition] = new Place(PartitionOffsets.None, PartitionOffsets.None, null);
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
        await GiveBackAsync(partitions);
        await DropAsync(partitions);
        consumer.Release();
    }

    private async Task GiveBackAsync(IReadOnlyList<TopicPartition> partitions)
    {
        records.Close(partitions);
        using var limit = new CancellationTokenSource(settings.RebalanceDrain, owner.Runtime.Time);
        using var abort = _abort.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        var isSettled = true;
        Waits(1);
        try
        {
            while (!records.IsSettled(partitions))
            {
                await records.Drained.WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            isSettled = false;
            RevokedUnsettled(owner.Id, string.Join(", ", partitions), settings.RebalanceDrain.TotalSeconds);
        }
        finally
        {
            Waits(-1);
        }

        await CheckBeforeLastCommitAsync(partitions);
        if (await CommitLastAsync(partitions) && isSettled)
        {
            RevokedPartitions(owner.Id, string.Join(", ", partitions));
        }
    }

    private async Task DropAsync(IReadOnlyList<TopicPartition> partitions)
    {
        if (_isPaused)
        {
            await consumer.ResumeAsync(partitions); // the client would keep them paused when they come again
        }

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
                _assigned[offset.TopicPartition] = _assigned[offset.TopicPartition] with { Position = offset.Offset, End = PartitionOffsets.None };
            }

            Rewound(owner.Id, string.Join(", ", back));
        }

        _isRewinding = false;
        wake.Set();
    }

    /// <summary>Where reading is in a partition.</summary>
    /// <param name="Position">The offset of the next record.</param>
    /// <param name="End">The end of the partition when it was reached last.</param>
    /// <param name="TopicId">Tells its topic from others of that name; <see langword="null"/> as long as nobody said.</param>
    private readonly record struct Place(long Position, long End, string? TopicId);
}
