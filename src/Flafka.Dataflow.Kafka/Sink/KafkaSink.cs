using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Writes events as records. Several leases are on their way at once; an event leaves the channel only when the broker has confirmed its
/// record. While no broker answers, events stay in the channel, for however long.
/// </summary>
[Sink(
    "kafka", JavaClass = "org.apache.flume.sink.kafka.KafkaSink",
    BetterThanFlume = "several batches are on their way at once, in order; no time-out loses an event")]
public sealed partial class KafkaSink : IHoldingSink
{
    private const int LeasesOnTheirWay = 64;
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);

    private readonly KafkaSinkOptions _options;
    private readonly ComponentId _id;
    private readonly AgentRuntime _runtime;
    private readonly ILogger _log;
    private readonly IKafkaClientFactory _clients;
    private readonly KafkaRecordBuilder _records;
    private readonly ConcurrentQueue<PendingLease> _done = new();
    private readonly AsyncSignal _news = new();
    private readonly AsyncSignal _progress = new();
    private readonly Action<PendingLease> _onDone;
    private IKafkaProducer? _producer;
    private Task _settling = Task.CompletedTask;
    private int _pending;
    private long _invalidTimestamps;
    private volatile bool _isEnding;
    private volatile bool _isFatal;
    private volatile string? _problem;

    /// <summary>Stores its arguments; the producer is made at the start.</summary>
    public KafkaSink(KafkaSinkOptions options, ComponentContext context)
        : this(options, context, null)
    {
    }

    internal KafkaSink(KafkaSinkOptions options, ComponentContext context, IKafkaClientFactory? clients)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _id = context.Id;
        _runtime = context.Runtime;
        _log = context.Loggers.CreateLogger<KafkaSink>();
        _clients = clients ?? new ConfluentClientFactory(_runtime, _log);
        _records = new KafkaRecordBuilder(options, OnInvalidTimestamp);
        _onDone = OnDone;
    }

    /// <inheritdoc/>
    public int MaxHeldEvents => (int)Math.Min(int.MaxValue, (long)_options.BatchSize * LeasesOnTheirWay);

    /// <inheritdoc/>
    public string? Problem => _problem;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        var servers = await _runtime.External(() => EmbeddedKafka.Resolve(_options.BootstrapServers, _log));
        var config = Config(servers);
        foreach (var warning in config.Warnings)
        {
            ClientWarning(_id, warning);
        }

        ClientSettings(_id, config.Describe());
        _isEnding = false;
        _isFatal = false;
        _problem = null;
        _pending = 0; // what a former producer left without a report was given back by the host
        _producer = await _runtime.External(() => _clients.CreateProducer(new ProducerSettings(config, _records.Serialize, OnUnreachable)));
        _settling = _runtime.Start(SettleAsync);
    }

    /// <inheritdoc/>
    public async ValueTask AcceptAsync(Lease lease, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (_isFatal)
        {
            await ReplaceProducerAsync(abort);
        }

        var producer = _producer ?? throw new InvalidOperationException("The sink is not started.");
        var pending = new PendingLease(lease, _options.BootstrapServers, _onDone);
        var events = lease.Events;
        Interlocked.Increment(ref _pending);
        for (var i = 0; i < events.Length; i++)
        {
            if (!_records.TryChooseTarget(events[i], out var target, out var problem))
            {
                pending.FailFrom(i, new PoisonEventException(problem!, i));
                return;
            }

            try
            {
                var message = _records.Build(events[i]);
                while (!producer.TryProduce(target, message, pending.Report))
                {
                    await _runtime.DelayAsync(QueueFullPause, abort);
                }
            }
            catch (OperationCanceledException cancelled)
            {
                pending.FailFrom(i, cancelled);
                return;
            }
            catch (KafkaException failure)
            {
                var text = DeliveryErrors.Explain(failure.Error, target, events[i].Body.Length, _options.BootstrapServers);
                _isFatal |= failure.Error.IsFatal;
                pending.FailFrom(i, DeliveryErrors.IsForEver(failure.Error.Code) ? new PoisonEventException(text, i, failure) : new DeliveryException(text, failure));
                return;
            }
        }
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken abort)
    {
        // Records leave within milliseconds anyway; what is needed is only their reports.
        while (Volatile.Read(ref _pending) > 0)
        {
            await _progress.WaitAsync(abort);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_producer is not { } producer)
        {
            return;
        }

        _producer = null;
        _isEnding = true;
        _news.Set();
        await _settling;
        await producer.CloseAsync();
        _problem = null;
    }

    private ClientConfig Config(string servers)
    {
        var config = ClientConfigMapper.Map(_options.Producer, "kafka.producer.", isProducer: true)
            .Force("bootstrap.servers", servers)
            .Force("acks", _options.Acks)
            .Force("message.timeout.ms", "0") // an event in a channel never expires
            .Default("partitioner", "murmur2_random") // the Java client's choice for a key
            .Default("linger.ms", "1")
            .Default("dotnet.producer.delivery.report.fields", "value");
        return _options.Acks is "all" or "-1"
            ? config.Default("enable.idempotence", "true")
            : config.Default("max.in.flight.requests.per.connection", "5"); // the Java client's; more would reorder more at a retry
    }

    // A producer that met a fatal error, such as a gap in its sequence numbers, reports every record as failed and never recovers.
    private async Task ReplaceProducerAsync(CancellationToken abort)
    {
        while (Volatile.Read(ref _pending) > 0)
        {
            await _progress.WaitAsync(abort);
        }

        ProducerReplaced(_id);
        await StopAsync(abort);
        await StartAsync(abort);
    }

    // On the graph's scheduler: leases are settled here, not on the producer's thread.
    private async Task SettleAsync()
    {
        var lastProbe = _runtime.Time.GetTimestamp();
        while (true)
        {
            while (_done.TryDequeue(out var pending))
            {
                if (pending.IsAnyWritten)
                {
                    Answers();
                }

                pending.Settle();
                Interlocked.Decrement(ref _pending);
                _progress.Set();
            }

            if (_isEnding)
            {
                return;
            }

            if (_problem is null)
            {
                await _news.WaitAsync(CancellationToken.None);
            }
            else if (_runtime.Time.GetElapsedTime(lastProbe) >= ProbeTime)
            {
                lastProbe = _runtime.Time.GetTimestamp();
                if (_producer is { } producer && await producer.ProbeAsync())
                {
                    Answers();
                }
            }
            else
            {
                using var limit = new CancellationTokenSource(ProbeTime, _runtime.Time);
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

    // On the producer's thread.
    private void OnDone(PendingLease pending)
    {
        _done.Enqueue(pending);
        _news.Set();
    }

    private void OnUnreachable(Error error)
    {
        if (_problem is null && !_isEnding)
        {
            _problem = $"FLK6001: none of the brokers '{_options.BootstrapServers}' answers";
            Unreachable(_id, _options.BootstrapServers, error.Reason);
            _news.Set();
        }
    }

    private void Answers()
    {
        if (_problem is not null)
        {
            _problem = null;
            BrokersAnswer(_id);
        }
    }

    private void OnInvalidTimestamp(string text)
    {
        if (Interlocked.Increment(ref _invalidTimestamps) is var count && (count == 1 || count % 10_000 == 0))
        {
            InvalidTimestamp(_id, _options.TimestampHeader!, text, count);
        }
    }

    [LoggerMessage(KafkaEventIds.ClientWarning, LogLevel.Warning, "{Sink}: {Warning}")]
    private partial void ClientWarning(ComponentId sink, string warning);

    [LoggerMessage(KafkaEventIds.ClientSettings, LogLevel.Debug, "{Sink} starts a producer with {Settings}.")]
    private partial void ClientSettings(ComponentId sink, string settings);

    [LoggerMessage(KafkaEventIds.BrokersUnreachable, LogLevel.Error, "FLK6001: {Sink} reaches none of the brokers '{Servers}': {Reason} Its events stay in the channel until one answers. Start the broker or correct kafka.bootstrap.servers.")]
    private partial void Unreachable(ComponentId sink, string servers, string reason);

    [LoggerMessage(KafkaEventIds.BrokersAnswer, LogLevel.Information, "{Sink} reaches its brokers again.")]
    private partial void BrokersAnswer(ComponentId sink);

    [LoggerMessage(KafkaEventIds.ProducerReplaced, LogLevel.Warning, "{Sink} replaces its Kafka client after an error that it cannot recover from; some events may come twice.")]
    private partial void ProducerReplaced(ComponentId sink);

    [LoggerMessage(KafkaEventIds.InvalidTimestamp, LogLevel.Warning, "{Sink}: header '{Header}' is not a time: '{Text}'; the record gets the time of sending ({Count} so far).")]
    private partial void InvalidTimestamp(ComponentId sink, string header, string text, long count);
}
