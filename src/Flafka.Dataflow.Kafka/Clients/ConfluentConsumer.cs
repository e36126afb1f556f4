using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Confluent.Kafka's consumer on a thread of its own. Its callbacks for a changed assignment run within a poll, several of them if need be: an
/// assignment ends the poll, a revocation hands over what there is so far and then holds the thread until it is answered.
/// </summary>
internal sealed partial class ConfluentConsumer : IKafkaConsumer
{
    private static readonly TimeSpan BrokerTime = TimeSpan.FromSeconds(5);

    private readonly AgentRuntime _runtime;
    private readonly ConsumerSettings _settings;
    private readonly ILogger _log;
    private readonly ConsumerThread _thread;
    private readonly ConsumerThread _committer; // a commit blocks until the broker answers: a thread of the pool would be missing to the agent
    private readonly BlockingCollection<TaskCompletionSource<PollResult>> _polls = [];
    private readonly BlockingCollection<bool> _releases = [];
    private readonly string? _onlyTopic;
    private volatile IConsumer<byte[]?, byte[]?> _consumer;

    // Asks by the consumer's connections. One for as long as the consumer lives: its end blocks a thread for a tenth of a second.
    private volatile IAdminClient _admin;

    // Of the thread alone.
    private StartPositions? _starts;
    private TaskCompletionSource<PollResult>? _reply;
    private PollResult _round = new();
    private PollResult _next = new();
    private bool _isRoundOver;
    private bool _isSubscribed;
    private bool _isReplacing;

    private volatile bool _isClosing;

    public ConfluentConsumer(AgentRuntime runtime, ConsumerSettings settings, ILogger log)
    {
        _runtime = runtime;
        _settings = settings;
        _log = log;
        _onlyTopic = settings.Topics is [var topic] && !topic.StartsWith('^') ? topic : null;
        (_consumer, _admin) = NewClient();
        _thread = new ConsumerThread($"kafka {_consumer.Name}");
        _committer = new ConsumerThread($"kafka {_consumer.Name} commits");
    }

    public Task<PollResult> PollAsync(int maxEvents, long maxBytes, TimeSpan wait)
    {
        var reply = new TaskCompletionSource<PollResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _polls.Add(reply);
        _thread.Post(() => Poll(maxEvents, maxBytes, wait)); // now, not when the pool has a thread to spare
        return _runtime.External(() => reply.Task);
    }

    public void Release() => _releases.Add(true);

    public Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets) => _runtime.External(() => _committer.InvokeAsync(() =>
    {
        _consumer.Commit(offsets);
        return true;
    }));

    public Task SeekAsync(IReadOnlyList<TopicPartitionOffset> offsets) => _runtime.External(() => _thread.InvokeAsync(() =>
    {
        foreach (var offset in offsets)
        {
            _round.Batches.RemoveAll(batch => batch.Partition == offset.TopicPartition);
            _consumer.Seek(offset);
        }

        return true;
    }));

    public Task PauseAsync(IReadOnlyList<TopicPartition> partitions) => DoAsync(_consumer.Pause, partitions);

    public Task ResumeAsync(IReadOnlyList<TopicPartition> partitions) => DoAsync(_consumer.Resume, partitions);

    public Task<bool> IsAtEndAsync(IReadOnlyList<TopicPartitionOffset> positions) => _runtime.External(() =>
    {
        foreach (var position in positions)
        {
            if (_consumer.QueryWatermarkOffsets(position.TopicPartition, BrokerTime).High != position.Offset)
            {
                return false;
            }
        }

        return true;
    });

    public Task<bool> ProbeAsync() => _runtime.External(() => ConfluentClientFactory.Probe(_admin));

    public Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics) =>
        _runtime.External(() => ConfluentClientFactory.TopicIdsAsync(_admin, topics));

    public Task RenewAsync() => _runtime.External(() => _thread.InvokeAsync(() =>
    {
        _isReplacing = true;
        Leave();
        _isReplacing = false;
        (_round, _next) = (new PollResult(), new PollResult());
        (_consumer, _admin) = NewClient();
        _isSubscribed = false;
        return true;
    }));

    public Task CloseAsync() => _runtime.External(async () =>
    {
        if (!_isClosing)
        {
            _isClosing = true;
            _releases.CompleteAdding();
            _polls.CompleteAdding();
            var left = _thread.InvokeAsync(Leave);
            _thread.End();
            await left;
            _committer.End();
        }

        await _thread.Ended;
        return true;
    });

    private (IConsumer<byte[]?, byte[]?> Consumer, IAdminClient Admin) NewClient()
    {
        var client = new ConsumerBuilder<byte[]?, byte[]?>(_settings.Config.Settings)
            .SetKeyDeserializer(Bytes.Instance)
            .SetValueDeserializer(Bytes.Instance)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, offsets) => OnRevoked(offsets))
            .SetPartitionsLostHandler((_, offsets) => OnLost(offsets))
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => ConfluentLog.Write(_log, message))
            .Build();
        _starts = _settings.StartsAtEnd ? new StartPositions(client, (name, unread) => StartsAtEnd(_settings.GroupId, name, unread)) : null;
        return (client, new DependentAdminClientBuilder(client.Handle).Build());
    }

    private bool Leave()
    {
        try
        {
            _consumer.Close();
            return true;
        }
        catch (KafkaException)
        {
            return false; // offsets were committed before; the group notices the rest by its session timeout
        }
        finally
        {
            // A commit that no broker has answered is in the middle of the client, which then stays.
            if (_committer.IsIdleWithin(BrokerTime))
            {
                _admin.Dispose();
                _consumer.Dispose();
            }
        }
    }

    // Not on the thread, which may hold a revocation that only the next poll learns of.
    private Task<bool> DoAsync(Action<IEnumerable<TopicPartition>> act, IReadOnlyList<TopicPartition> partitions) => _runtime.External(() =>
    {
        try
        {
            act(partitions);
        }
        catch (TopicPartitionException)
        {
            // One of them was lost meanwhile, which the next poll tells. The others were paused.
        }

        return true;
    });

    private void Poll(int maxEvents, long maxBytes, TimeSpan wait)
    {
        if (!_polls.TryTake(out _reply))
        {
            return; // a revocation within the poll before has answered it
        }

        try
        {
            if (!_isSubscribed)
            {
                _consumer.Subscribe(_settings.Topics);
                _isSubscribed = true;
            }

            // Behind a revocation the former round went on after its reply; what it brought comes first.
            _isRoundOver = _isClosing || !_round.IsEmpty;
            while (!_isRoundOver && _round.Events < maxEvents && _round.Bytes < maxBytes && Consume(wait))
            {
                wait = TimeSpan.Zero;
            }
        }
#pragma warning disable CA1031 // the loop gets it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _reply?.TrySetException(failure);
            _reply = null;
        }

        Reply();
    }

    private bool Consume(TimeSpan wait)
    {
        try
        {
            var record = _consumer.Consume(wait);
            if (record is null)
            {
                return false;
            }

            // The call that changed the assignment may bring a record as well: it belongs behind the change.
            var round = _round.Changes.Count > 0 ? _next : _round;
            var topic = _onlyTopic ?? record.Topic;
            if (record.IsPartitionEOF)
            {
                round.Ends.Add(new TopicPartitionOffset(topic, record.Partition, record.Offset));
            }
            else
            {
                round.Add(topic, record.Partition.Value, record.Offset.Value, _settings.Read(record), _settings.IsUndecodable());
            }

            return true;
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            if (failure.Error.Code == ErrorCode.Local_AutoOffsetReset && _starts is not null && failure.ConsumerRecord is { } where)
            {
                StartAgain(where.TopicPartition);
            }
            else
            {
                _round.Problem = new ConsumeProblem(failure.Error, _onlyTopic ?? failure.ConsumerRecord?.Topic);
            }

            return false;
        }
    }

    // The offset that the group had is not there any more, or no broker told it at the assignment.
    private void StartAgain(TopicPartition partition)
    {
        try
        {
            var offset = new TopicPartitionOffset(partition, Offset.Beginning);
            OffsetGone(_settings.GroupId, partition.ToString());
            _consumer.Seek(offset);
        }
        catch (KafkaException failure)
        {
            _round.Problem = new ConsumeProblem(failure.Error, null);
        }
    }

    private void Reply()
    {
        if (_reply is { } reply)
        {
            _reply = null;
            var round = _round;
            _round = _next;
            _next = new PollResult();
            reply.TrySetResult(round);
        }
    }

    private sealed class Bytes : IDeserializer<byte[]?>
    {
        public static readonly Bytes Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
