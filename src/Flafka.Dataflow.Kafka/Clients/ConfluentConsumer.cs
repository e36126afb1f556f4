using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Confluent.Kafka's consumer on a thread of its own. Its callbacks for a changed assignment run within a poll: an assignment ends the poll, a
/// revocation hands over what the poll has so far and then holds the thread until it is answered.
/// </summary>
internal sealed class ConfluentConsumer : IKafkaConsumer
{
    private static readonly TimeSpan BrokerTime = TimeSpan.FromSeconds(5);

    private readonly AgentRuntime _runtime;
    private readonly ConsumerSettings _settings;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ConsumerThread _thread;
    private readonly BlockingCollection<Release> _releases = new(1);
    private readonly string? _onlyTopic;

    // Of the thread alone.
    private TaskCompletionSource<PollResult>? _reply;
    private TaskCompletionSource<bool>? _released;
    private PollResult _round = new();
    private bool _isRoundOver;
    private bool _isSubscribed;

    private volatile bool _isClosing;

    public ConfluentConsumer(AgentRuntime runtime, ConsumerSettings settings, ILogger log)
    {
        _runtime = runtime;
        _settings = settings;
        _onlyTopic = settings.Topics is [var topic] && !topic.StartsWith('^') ? topic : null;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.Config.Settings)
            .SetKeyDeserializer(Bytes.Instance)
            .SetValueDeserializer(Bytes.Instance)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, offsets) => OnRevoked(offsets))
            .SetPartitionsLostHandler((_, offsets) => OnLost(offsets))
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => ConfluentLog.Write(log, message))
            .Build();
        _thread = new ConsumerThread($"kafka {_consumer.Name}");
    }

    public Task<PollResult> PollAsync(int maxEvents, long maxBytes, TimeSpan wait) => _runtime.External(() =>
    {
        var reply = new TaskCompletionSource<PollResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread.Post(() => Poll(reply, maxEvents, maxBytes, wait));
        return reply.Task;
    });

    public Task ReleaseAsync(IReadOnlyList<TopicPartitionOffset> commit) => _runtime.External(() =>
    {
        var release = new Release(commit, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        _releases.Add(release);
        return release.Done.Task;
    });

    public Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets) => _runtime.External(() =>
    {
        _consumer.Commit(offsets);
        return true;
    });

    public Task SeekAsync(IReadOnlyList<TopicPartitionOffset> offsets) => OnThread(() =>
    {
        foreach (var offset in offsets)
        {
            _round.Batches.RemoveAll(batch => batch.Partition == offset.TopicPartition);
            _consumer.Seek(offset);
        }
    });

    public Task PauseAsync(IReadOnlyList<TopicPartition> partitions) => OnThread(() => _consumer.Pause(partitions));

    public Task ResumeAsync(IReadOnlyList<TopicPartition> partitions) => OnThread(() => _consumer.Resume(partitions));

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

    public Task<bool> ProbeAsync() => _runtime.External(() => ConfluentClientFactory.Probe(_consumer.Handle));

    public Task CloseAsync() => _runtime.External(async () =>
    {
        if (!_isClosing)
        {
            _isClosing = true;
            _releases.CompleteAdding();
            _thread.Post(() =>
            {
                try
                {
                    _consumer.Close();
                }
                catch (KafkaException)
                {
                    // Offsets were committed before; the group notices the rest by its session timeout.
                }
                finally
                {
                    _consumer.Dispose();
                }
            });
            _thread.End();
        }

        await _thread.Ended;
        return true;
    });

    private Task<bool> OnThread(Action action) => _runtime.External(() => _thread.InvokeAsync(() =>
    {
        action();
        return true;
    }));

    private void Poll(TaskCompletionSource<PollResult> reply, int maxEvents, long maxBytes, TimeSpan wait)
    {
        _reply = reply;
        try
        {
            if (!_isSubscribed)
            {
                _consumer.Subscribe(_settings.Topics);
                _isSubscribed = true;
            }

            // Behind a revocation the former round went on after its reply; what it brought comes first.
            _isRoundOver = _isClosing || _round.Events > 0 || _round.Assigned.Count > 0;
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

        _released?.TrySetResult(true);
        _released = null;
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

            var topic = _onlyTopic ?? record.Topic;
            if (record.IsPartitionEOF)
            {
                _round.Ends.Add(new TopicPartitionOffset(topic, record.Partition, record.Offset));
            }
            else
            {
                _round.Add(topic, record.Partition.Value, record.Offset.Value, _settings.Read(record));
            }

            return true;
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            _round.Problem = failure.Error;
            return false;
        }
    }

    private void Reply()
    {
        if (_reply is { } reply)
        {
            _reply = null;
            var round = _round;
            _round = new PollResult();
            reply.TrySetResult(round);
        }
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        _round.Assigned = partitions;
        _isRoundOver = true;
    }

    private void OnLost(List<TopicPartitionOffset> offsets)
    {
        _round.Lost = offsets.ConvertAll(offset => offset.TopicPartition);
        _isRoundOver = true;
    }

    private void OnRevoked(List<TopicPartitionOffset> offsets)
    {
        _isRoundOver = true;
        if (_isClosing || offsets.Count == 0)
        {
            return; // the source has settled and committed everything before it closes
        }

        _round.Revoking = offsets.ConvertAll(offset => offset.TopicPartition);
        Reply();
        if (!_releases.TryTake(out var release, Timeout.Infinite))
        {
            return;
        }

        _released = release.Done; // completes when the poll has ended, so that the next call finds the thread free
        try
        {
            if (release.Commit.Count > 0)
            {
                _consumer.Commit(release.Commit);
            }
        }
        catch (KafkaException failure)
        {
            release.Done.TrySetException(failure);
        }
    }

    private void OnError(Error error)
    {
        if (error.Code is ErrorCode.Local_AllBrokersDown)
        {
            _settings.OnUnreachable(error);
        }
        else if (error.IsFatal)
        {
            _round.Problem = error;
        }
    }

    private sealed record Release(IReadOnlyList<TopicPartitionOffset> Commit, TaskCompletionSource<bool> Done);

    private sealed class Bytes : IDeserializer<byte[]?>
    {
        public static readonly Bytes Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
