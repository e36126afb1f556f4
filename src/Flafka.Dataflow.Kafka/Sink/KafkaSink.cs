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
    private readonly ComponentId _id;
    private readonly AgentRuntime _runtime;
    private readonly ILogger _log;
    private readonly KafkaWriter _writer;
    private long _invalidTimestamps;

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
        _writer = new KafkaWriter(
            context.Runtime, _id, clients, new KafkaRecordBuilder(options, OnInvalidTimestamp),
            options.BootstrapServers, servers => ProducerSetup.Of(options.Producer, servers, options.Acks), _log);
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
        return _writer.SendAsync(new PendingLease(lease), abort);
    }

    /// <inheritdoc/>
    /// <remarks>Records leave within milliseconds anyway; what is needed is only their reports.</remarks>
    public async Task FlushAsync(CancellationToken abort)
    {
        var idle = _writer.WhenIdleAsync();
        if (!await Join.WithinAsync(_runtime, idle, Timeout.InfiniteTimeSpan, abort))
        {
            abort.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken abort) => _writer.StopAsync();

    private void OnInvalidTimestamp(string text)
    {
        if (Interlocked.Increment(ref _invalidTimestamps) is var count && (count == 1 || count % 10_000 == 0))
        {
            InvalidTimestamp(_id, _options.TimestampHeader!, text, count);
        }
    }

    [LoggerMessage(KafkaEventIds.InvalidTimestamp, LogLevel.Warning, "{Sink}: header '{Header}' is not a time: '{Text}'; the record gets the time of sending ({Count} so far).")]
    private partial void InvalidTimestamp(ComponentId sink, string header, string text, long count);
}
