using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Writes records for a sink or a channel: keeps a producer, settles on the graph's scheduler what the producer reports, notices brokers that are
/// away, and replaces a producer that met an error from which it cannot recover. Thread-safe but for start and stop.
/// </summary>
internal sealed partial class KafkaWriter(ClientOwner owner, KafkaRecordBuilder records, ProducerRequest request)
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TopicTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastReportTime = TimeSpan.FromSeconds(2);
    private static readonly DeliveryException Waiting = new("These events wait behind one that the brokers do not take.");
    private static readonly DeliveryException Replaced = new("The Kafka client was replaced before the brokers had confirmed these events.");

    private readonly ILogger _log = owner.Log;
    private readonly BrokerState _brokers = new(owner.Id, request.Servers, request.Prefix, "Its events are kept meanwhile.", owner.Log);
    private readonly Lock _sync = new();
    private readonly ConcurrentQueue<PendingRecords> _done = new();
    private readonly AsyncSignal _news = new();
    private readonly HashSet<PendingRecords> _pending = [];
    private readonly WrittenTopics _topics = new();
    private IKafkaProducer? _producer;
    private Task? _making;
    private Task _settling = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private TaskCompletionSource _ending = new();
    private TaskCompletionSource? _idle;
    private int _sending;
    private volatile bool _isSpent; // the producer is used no more
    private volatile bool _isCareful; // after a record that was rejected: it goes alone, and those behind it wait

    /// <summary>What keeps records from being written; <see langword="null"/> when nothing does.</summary>
    public string? Problem => _brokers.Problem;

    /// <summary>Queues the records, in order. When this returns, all of them are reported sooner or later, or failed already.</summary>
    public async ValueTask SendAsync(PendingRecords pending, CancellationToken abort)
    {
        IKafkaProducer? producer;
        while ((producer = TryBegin(pending)) is null)
        {
            var making = Make();
            if (!await Join.WithinAsync(owner.Runtime, making, Timeout.InfiniteTimeSpan, abort))
            {
                abort.ThrowIfCancellationRequested();
            }

            await making;
        }

        try
        {
            await SendAsync(producer, pending, abort);
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    private async ValueTask SendAsync(IKafkaProducer producer, PendingRecords pending, CancellationToken abort)
    {
        var events = pending.Events;
        var first = _isCareful ? pending.WatchFirst() : null;
        for (var i = 0; i < events.Length; i++)
        {
            if (i == 1 && first is not null && !await IsWrittenAsync(first, abort))
            {
                pending.FailFrom(i, Waiting);
                return;
            }

            if (!records.TryChooseTarget(events[i], out var target, out var problem))
            {
                pending.FailFrom(i, new PoisonEventException(problem!, i));
                return;
            }

            try
            {
                _topics.Add(target.Topic);
                var message = records.Build(events[i]);
                while (_isSpent || !producer.TryProduce(target, message, pending.Report))
                {
                    if (_isSpent)
                    {
                        pending.FailFrom(i, Replaced);
                        return;
                    }

                    await owner.Runtime.DelayAsync(QueueFullPause, abort);
                }
            }
            catch (KafkaException failure)
            {
                pending.FailFrom(i, Failure(failure.Error, target, events[i], i));
                return;
            }
#pragma warning disable CA1031 // those before it are reported: whatever it is, all are settled together
            catch (Exception failure)
#pragma warning restore CA1031
            {
                pending.FailFrom(i, failure);
                return;
            }
        }
    }

    private async Task<bool> IsWrittenAsync(Task<bool> first, CancellationToken abort)
    {
        while (!_isSpent && !abort.IsCancellationRequested && !await Join.WithinAsync(owner.Runtime, first, LastReportTime, abort))
        {
            // On, unless nobody will report it.
        }

        var isWritten = first.IsCompleted && await first;
        _isCareful &= !isWritten;
        return isWritten;
    }

    /// <summary>Completes when everything sent is reported and settled.</summary>
    public Task WhenIdleAsync()
    {
        lock (_sync)
        {
            return _pending.Count == 0 ? Task.CompletedTask : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>All records of a sending are done; on the producer's thread.</summary>
    public void OnDone(PendingRecords pending)
    {
        _done.Enqueue(pending);
        _news.Set();
    }

    /// <summary>What a failed record means for whoever sent it.</summary>
    public Exception Failure(Error error, TopicPartition target, FlumeEvent flumeEvent, int place)
    {
        if (error.Code == ErrorCode.Local_UnknownPartition && !records.NamesPartition(flumeEvent))
        {
            return new DeliveryException($"Topic '{target.Topic}' has fewer partitions than before.", new KafkaException(error)); // another is chosen at the next attempt
        }

        var text = DeliveryErrors.Explain(error, target, flumeEvent.Body.Length, request);
        var outcome = DeliveryErrors.Classify(error.Code);
        _isCareful |= outcome == DeliveryOutcome.Reject;
        _isSpent |= error.IsFatal || outcome == DeliveryOutcome.ReplaceClient;
        return outcome == DeliveryOutcome.Reject
            ? new PoisonEventException(text, place, new KafkaException(error))
            : new DeliveryException(text, new KafkaException(error));
    }

    // Nothing is begun with a producer that is about to be closed.
    private IKafkaProducer? TryBegin(PendingRecords pending)
    {
        lock (_sync)
        {
            if (_producer is null || _isSpent)
            {
                return null;
            }

            pending.Writer = this;
            _pending.Add(pending);
            Interlocked.Increment(ref _sending);
            return _producer;
        }
    }

    private void End(PendingRecords pending)
    {
        TaskCompletionSource? idle = null;
        lock (_sync)
        {
            if (_pending.Remove(pending) && _pending.Count == 0)
            {
                idle = _idle;
                _idle = null;
            }
        }

        idle?.TrySetResult();
    }
}
