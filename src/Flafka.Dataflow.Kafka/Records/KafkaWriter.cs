using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Writes records for a sink or a channel: keeps a producer, settles on the graph's scheduler what the producer reports, notices brokers that are
/// away, and replaces a producer that met an error from which it cannot recover. Thread-safe but for start and stop.
/// </summary>
internal sealed partial class KafkaWriter(
    AgentRuntime runtime, ComponentId id, IKafkaClientFactory? clients, KafkaRecordBuilder records, string bootstrapServers, Func<string, ClientConfig> config, ILogger log)
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);
    private static readonly DeliveryException Waiting = new("These events wait behind one that the brokers do not take.");

    private readonly ILogger _log = log;
    private readonly BrokerState _brokers = new(id, bootstrapServers, ProducerSetup.Prefix, "Its events are kept meanwhile.", log);
    private readonly IKafkaClientFactory _clients = clients ?? new ConfluentClientFactory(runtime, log);
    private readonly Lock _sync = new();
    private readonly ConcurrentQueue<PendingRecords> _done = new();
    private readonly AsyncSignal _news = new();
    private IKafkaProducer? _producer;
    private Task<IKafkaProducer>? _making;
    private Task _settling = Task.CompletedTask;
    private TaskCompletionSource? _idle;
    private int _pending;
    private volatile bool _isEnding;
    private volatile bool _isFatal;
    private volatile bool _isCareful; // after a record that was rejected: it goes alone, and those behind it wait

    /// <summary>What keeps records from being written; <see langword="null"/> when nothing does.</summary>
    public string? Problem => _brokers.Problem;

    /// <summary>Makes the producer. Without a start the first records do.</summary>
    public Task StartAsync() => ProducerAsync(CancellationToken.None);

    /// <summary>Queues the records, in order. When this returns, all of them are reported sooner or later, or failed already.</summary>
    public async ValueTask SendAsync(PendingRecords pending, CancellationToken abort)
    {
        pending.Writer = this;
        IKafkaProducer producer;
        try
        {
            producer = _producer is { } ready && !_isFatal ? ready : await ProducerAsync(abort);
        }
        catch
        {
            pending.Writer = null;
            throw;
        }

        Begin();
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
                var message = records.Build(events[i]);
                while (!producer.TryProduce(target, message, pending.Report))
                {
                    await runtime.DelayAsync(QueueFullPause, abort);
                }
            }
            catch (OperationCanceledException cancelled)
            {
                pending.FailFrom(i, cancelled);
                return;
            }
            catch (KafkaException failure)
            {
                pending.FailFrom(i, Failure(failure.Error, target, events[i], i));
                return;
            }
            catch (ObjectDisposedException)
            {
                pending.FailFrom(i, new DeliveryException("The Kafka client was closed."));
                return;
            }
        }
    }

    private async Task<bool> IsWrittenAsync(Task<bool> first, CancellationToken abort)
    {
        var isWritten = await Join.WithinAsync(runtime, first, Timeout.InfiniteTimeSpan, abort) && await first;
        _isCareful &= !isWritten;
        return isWritten;
    }

    /// <summary>Completes when everything sent is reported and settled.</summary>
    public Task WhenIdleAsync()
    {
        lock (_sync)
        {
            return _pending == 0 ? Task.CompletedTask : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Ends the producer. What is on its way is not reported any more.</summary>
    public async Task StopAsync()
    {
        if (_making is { } making)
        {
            await Join.WithinAsync(runtime, making, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }

        if (_producer is not { } producer)
        {
            _making = null;
            return;
        }

        _producer = null;
        _making = null;
        _isEnding = true;
        _news.Set();
        await _settling;
        await producer.CloseAsync();
        _done.Clear();
        lock (_sync)
        {
            _pending = 0; // without a report: whoever sent it gives it back
            _idle?.TrySetResult();
            _idle = null;
        }

        _brokers.Clear();
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
        var text = DeliveryErrors.Explain(error, target, flumeEvent.Body.Length, bootstrapServers);
        var outcome = DeliveryErrors.Classify(error.Code);
        _isCareful |= outcome == DeliveryOutcome.Reject;
        _isFatal |= error.IsFatal || outcome == DeliveryOutcome.ReplaceClient;
        return outcome == DeliveryOutcome.Reject
            ? new PoisonEventException(text, place, new KafkaException(error))
            : new DeliveryException(text, new KafkaException(error));
    }

    private Task<IKafkaProducer> ProducerAsync(CancellationToken abort)
    {
        lock (_sync)
        {
            if (_making is null || (_isFatal && _making.IsCompleted) || _making.IsFaulted)
            {
                _making = MakeAsync(abort);
            }

            return _making;
        }
    }

    private async Task<IKafkaProducer> MakeAsync(CancellationToken abort)
    {
        await runtime.Hop();
        if (_producer is { } broken)
        {
            // It reports every record as failed and never recovers.
            await Join.WithinAsync(runtime, WhenIdleAsync(), Timeout.InfiniteTimeSpan, abort);
            abort.ThrowIfCancellationRequested();
            ProducerReplaced(id);
            _producer = null;
            _isEnding = true;
            _news.Set();
            await _settling;
            await broken.CloseAsync();
        }

        var servers = await runtime.External(() => EmbeddedKafka.Resolve(bootstrapServers, _log));
        var settings = config(servers);
        foreach (var warning in settings.Warnings)
        {
            ClientWarning(id, warning);
        }

        ClientSettings(id, settings.Describe());
        _isEnding = false;
        _isFatal = false;
        _brokers.Clear();
        var producer = await runtime.External(() =>
        {
            records.Prepare();
            return _clients.CreateProducer(new ProducerSettings(settings, records.Serialize, OnError));
        });
        _producer = producer;
        _settling = runtime.Start(SettleAsync);
        return producer;
    }

    private void Begin()
    {
        lock (_sync)
        {
            _pending++;
        }
    }

    private void End()
    {
        TaskCompletionSource? idle = null;
        lock (_sync)
        {
            if (--_pending == 0)
            {
                idle = _idle;
                _idle = null;
            }
        }

        idle?.TrySetResult();
    }

    // On the graph's scheduler: what was sent is settled here, not on the producer's thread.
    private async Task SettleAsync()
    {
        var lastProbe = runtime.Time.GetTimestamp();
        while (true)
        {
            while (_done.TryDequeue(out var pending))
            {
                if (pending.IsAnyWritten)
                {
                    _brokers.OnAnswer();
                }

                pending.Settle();
                End();
            }

            if (_isEnding)
            {
                return;
            }

            if (!_brokers.IsAway)
            {
                await _news.WaitAsync(CancellationToken.None);
            }
            else if (runtime.Time.GetElapsedTime(lastProbe) >= ProbeTime)
            {
                lastProbe = runtime.Time.GetTimestamp();
                if (_producer is { } producer && await producer.ProbeAsync())
                {
                    _brokers.OnAnswer(isSuccess: false);
                }
                else
                {
                    _brokers.OnNoAnswer();
                }
            }
            else
            {
                using var limit = new CancellationTokenSource(ProbeTime, runtime.Time);
                try
                {
                    await _news.WaitAsync(limit.Token);
                }
                catch (OperationCanceledException)
                {
                    // Time to ask the brokers again.
                }
            }
        }
    }

    private void OnError(Error error)
    {
        if (!_isEnding)
        {
            _brokers.OnError(error);
            _news.Set();
        }
    }

    [LoggerMessage(KafkaEventIds.ClientWarning, LogLevel.Warning, "{Component}: {Warning}")]
    private partial void ClientWarning(ComponentId component, string warning);

    [LoggerMessage(KafkaEventIds.ClientSettings, LogLevel.Debug, "{Component} starts a producer with {Settings}.")]
    private partial void ClientSettings(ComponentId component, string settings);

    [LoggerMessage(KafkaEventIds.ProducerReplaced, LogLevel.Warning, "{Component} replaces its Kafka client after an error that it cannot recover from; some events may come twice.")]
    private partial void ProducerReplaced(ComponentId component);
}
