using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>A member of an <see cref="InMemoryGroup"/>.</summary>
internal sealed class InMemoryConsumer(InMemoryKafka kafka, InMemoryGroup group, ConsumerSettings settings) : IKafkaConsumer
{
    private readonly Dictionary<TopicPartition, long> _positions = [];
    private readonly HashSet<TopicPartition> _paused = []; // as in librdkafka, a partition that comes again is as paused as it went
    private readonly HashSet<TopicPartition> _atEnd = [];
    private IReadOnlyList<TopicPartition>? _revoking;
    private bool _isClosed;

    public IReadOnlyList<string> Topics => settings.Topics;

    /// <summary>What the group says it has.</summary>
    public HashSet<TopicPartition> Owned { get; } = [];

    /// <summary>What it must give back.</summary>
    public HashSet<TopicPartition> ToRevoke { get; } = [];

    /// <summary>What it got and has not been told: perhaps nothing, at the end of each sharing out.</summary>
    public IReadOnlyList<TopicPartition>? Assigned { get; set; }

    /// <summary>What others have and it has not been told.</summary>
    public List<TopicPartition> Lost { get; } = [];

    public AsyncSignal Changed { get; } = new();

    public async Task<PollResult> PollAsync(int maxEvents, long maxBytes, TimeSpan wait)
    {
        if (_revoking is not null || _isClosed)
        {
            throw new InvalidOperationException("A poll while a revocation is not answered, or after the end.");
        }

        await kafka.DelayAsync();
        if (!group.Has(this) && Lost.Count == 0)
        {
            group.Join(this);
        }

        var result = new PollResult();
        Gather(result, maxEvents);
        if (result.IsEmpty)
        {
            await WaitAsync(wait);
            Gather(result, maxEvents);
        }

        return result;
    }

    public void Release()
    {
        var gone = _revoking!;
        _revoking = null;
        Forget(gone);
        group.OnReleased(this, gone);
    }

    public async Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        await kafka.DelayAsync();
        if (kafka.OnCommit() is { } error)
        {
            throw new KafkaException(error);
        }

        if (offsets.Any(offset => kafka.IsDeleted(offset.Topic)))
        {
            throw new KafkaException(ErrorCode.UnknownTopicOrPart);
        }

        group.Commit(this, offsets);
    }

    public Task SeekAsync(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        foreach (var offset in offsets)
        {
            _positions[offset.TopicPartition] = offset.Offset;
            _atEnd.Remove(offset.TopicPartition);
        }

        return Task.CompletedTask;
    }

    public Task PauseAsync(IReadOnlyList<TopicPartition> partitions)
    {
        _paused.UnionWith(partitions);
        return Task.CompletedTask;
    }

    public Task ResumeAsync(IReadOnlyList<TopicPartition> partitions)
    {
        _paused.ExceptWith(partitions);
        return Task.CompletedTask;
    }

    public async Task<bool> IsAtEndAsync(IReadOnlyList<TopicPartitionOffset> positions)
    {
        await kafka.DelayAsync();
        return positions.All(position => kafka.Log(position.TopicPartition).Count == position.Offset);
    }

    public async Task<bool> ProbeAsync()
    {
        await kafka.DelayAsync();
        return true;
    }

    public async Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics)
    {
        await kafka.DelayAsync();
        return topics.Where(topic => !kafka.IsDeleted(topic)).ToDictionary(topic => topic, kafka.TopicId);
    }

    public async Task RenewAsync()
    {
        await kafka.DelayAsync();
        group.Leave(this);
        Forget([.. _positions.Keys]);
        _paused.Clear();
        Assigned = null;
    }

    public async Task CloseAsync()
    {
        _isClosed = true;
        await kafka.DelayAsync();
        group.Leave(this);
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var limit = new CancellationTokenSource(wait, kafka.Runtime.Time);
        try
        {
            await Changed.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Nothing came.
        }
    }

    private void Gather(PollResult result, int maxEvents)
    {
        if (Lost.Count > 0)
        {
            result.Changes.Add(new AssignmentChange(AssignmentChangeKind.Lost, [.. Lost]));
            Forget(Lost);
            Lost.Clear();
            Assigned = null;
            return;
        }

        AddRecords(result, maxEvents);
        if (Assigned is not null)
        {
            result.Changes.Add(new AssignmentChange(AssignmentChangeKind.Assigned, Assigned));
            foreach (var partition in Assigned)
            {
                _positions[partition] = Math.Max(0, group.Committed(partition));
            }

            Assigned = null;
        }
        else if (ToRevoke.Count > 0)
        {
            _revoking = [.. ToRevoke];
            result.Changes.Add(new AssignmentChange(AssignmentChangeKind.Revoking, _revoking));
        }
    }

    private void AddRecords(PollResult result, int maxEvents)
    {
        var left = Math.Min(maxEvents, kafka.PollSize());
        foreach (var partition in _positions.Keys.Where(partition => !_paused.Contains(partition)).ToArray())
        {
            var log = kafka.Log(partition);
            var offset = _positions[partition];
            for (; left > 0 && offset < log.Count; offset++, left--)
            {
                _atEnd.Remove(partition);
                result.Add(partition.Topic, partition.Partition.Value, offset, settings.Read(Result(partition, offset, log[(int)offset])), settings.IsUndecodable());
            }

            _positions[partition] = offset;
            if (offset == log.Count && _atEnd.Add(partition))
            {
                result.Ends.Add(new TopicPartitionOffset(partition, offset));
            }
        }
    }

    private void Forget(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _positions.Remove(partition);
            _atEnd.Remove(partition);
        }
    }

    private static ConsumeResult<byte[]?, byte[]?> Result(TopicPartition partition, long offset, InMemoryKafka.Record record) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset(partition, offset),
        Message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value },
    };
}
