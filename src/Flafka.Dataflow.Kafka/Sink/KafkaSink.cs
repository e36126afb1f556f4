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

    private readonly KafkaSinkOptions _options;
    private readonly ClientOwner _owner;
    private readonly ILogger _log;
    private readonly KafkaWriter _writer;
    private readonly LoopGuard? _guard;
    private long _invalidTimestamps;
    private bool _isLoopTold;

    /// <summary>Stores its arguments; the producer is made at the start.</summary>
    public KafkaSink(KafkaSinkOptions options, ComponentContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _owner = ClientOwner.Of<KafkaSink>(context);
        _log = _owner.Log;
        var request = new ProducerRequest(options.BootstrapServers, options.Producer, options.Acks);
        _guard = LoopGuard.For(options, request, context.Upstream, _owner.Clients);
        _writer = new KafkaWriter(_owner, new KafkaRecordBuilder(options, OnInvalidTimestamp) { IsLoop = IsLoop }, request);
    }

    /// <inheritdoc/>
    public int MaxHeldEvents => (int)Math.Min(int.MaxValue, (long)_options.BatchSize * LeasesOnTheirWay);

    /// <inheritdoc/>
    public string? Problem => _writer.Problem;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken abort) => _writer.StartAsync();

    /// <inheritdoc/>
    public ValueTask AcceptAsync(Lease lease, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return _guard is null or { IsReady: true } ? _writer.SendAsync(new PendingLease(lease), abort) : AskAndSendAsync(_guard, lease, abort);
    }

    /// <inheritdoc/>
    /// <remarks>Records leave within milliseconds anyway; what is needed is only their reports.</remarks>
    public async Task FlushAsync(CancellationToken abort)
    {
        var idle = _writer.WhenIdleAsync();
        if (!await Join.WithinAsync(_owner.Runtime, idle, Timeout.InfiniteTimeSpan, abort))
        {
            abort.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken abort) => _writer.StopAsync();

    private async ValueTask AskAndSendAsync(LoopGuard guard, Lease lease, CancellationToken abort)
    {
        try
        {
            await _owner.Runtime.External(() =>
            {
                guard.Prepare();
                return true;
            });
        }
        catch (KafkaException failure)
        {
            throw new DeliveryException($"Whether source and sink are on one cluster is not known before both answer: {failure.Error.Reason}", failure);
        }

        await _writer.SendAsync(new PendingLease(lease), abort);
    }

    private bool IsLoop(EventHeaders headers, string topic)
    {
        if (_guard is null || !_guard.IsLoop(headers, topic))
        {
            return false;
        }

        if (!_isLoopTold)
        {
            _isLoopTold = true;
            LoopPrevented(_owner.Id, _options.TopicHeader, topic, _options.Topic);
        }

        return true;
    }

    private void OnInvalidTimestamp(string text)
    {
        if (Interlocked.Increment(ref _invalidTimestamps) is var count && (count == 1 || count % 10_000 == 0))
        {
            InvalidTimestamp(_owner.Id, _options.TimestampHeader!, text, count);
        }
    }

    [LoggerMessage(KafkaEventIds.LoopPrevented, LogLevel.Warning, "{Sink}: header '{Header}' of its events names '{Read}', the topic on this cluster that they were read from; they go to '{Topic}', or they would come again for ever. Set allowTopicOverride = false to say so yourself.")]
    private partial void LoopPrevented(ComponentId sink, string header, string read, string topic);

    [LoggerMessage(KafkaEventIds.InvalidTimestamp, LogLevel.Warning, "{Sink}: header '{Header}' is not a time: '{Text}'; the record gets the time of sending ({Count} so far).")]
    private partial void InvalidTimestamp(ComponentId sink, string header, string text, long count);
}
