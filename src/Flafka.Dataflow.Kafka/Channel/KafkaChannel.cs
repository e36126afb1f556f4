using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// A topic as channel: what is put is a record on the topic, and its source is told so when all replicas in sync have it. Sinks, of this agent and of others
/// with the same group, share the partitions; the group's offset moves only over events that a sink has committed without a gap.
/// </summary>
[Channel("kafka", JavaClass = "org.apache.flume.channel.kafka.KafkaChannel", IsDurable = true)]
public sealed partial class KafkaChannel : IChannel
{
    private static readonly TimeSpan FailedPutPause = TimeSpan.FromSeconds(1);
    private static readonly DeliveryException Stopped = new("The agent stopped before the brokers had confirmed these events.");

    private readonly KafkaChannelOptions _options;
    private readonly ClientOwner _owner;
    private readonly ILogger _log;
    private readonly ConsumerMaker _consumers;
    private readonly KafkaWriter _writer;
    private readonly UndecodableRecords _undecodable;
    private readonly CapacityGate _gate;
    private readonly Lock _sync = new();
    private readonly HashSet<PendingPut> _puts = [];
    private ImmutableArray<KafkaChannelFeed> _feeds = [];
    private int _upstreamWaiting;
    private bool _isDraining;
    private volatile string? _failure;

    /// <summary>Stores its arguments; clients are made at the first put and when a sink connects.</summary>
    public KafkaChannel(KafkaChannelOptions options, ComponentContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _owner = ClientOwner.Of<KafkaChannel>(context);
        _log = _owner.Log;
        _consumers = new ConsumerMaker(_owner);
        _undecodable = new UndecodableRecords(_owner.Id, _log);
        _gate = new CapacityGate(_owner.Runtime, MostRecordsOnTheirWay, MostBytesOnTheirWay);
        var records = new KafkaRecordBuilder(
            new KafkaSinkOptions
            {
                Topic = options.Topic,
                AllowTopicOverride = false,
                UseFlumeEventFormat = options.ParseAsFlumeEvent,
                PartitionIdHeader = options.PartitionIdHeader,
                DefaultPartitionId = options.DefaultPartitionId,
            },
            static _ => { });
        _writer = new KafkaWriter(_owner, records, new ProducerRequest(options.BootstrapServers, options.Producer, "all"));
    }

    /// <summary>What the producer may hold; more waits in <see cref="PutAsync"/>.</summary>
    internal const int MostRecordsOnTheirWay = 50_000;

    /// <inheritdoc cref="MostRecordsOnTheirWay"/>
    internal const long MostBytesOnTheirWay = 64 << 20;

    /// <summary>Bounds that tests change.</summary>
    internal Func<ConsumerLoopSettings, ConsumerLoopSettings> Tune { get; init; } = static settings => settings;

    /// <inheritdoc/>
    public string? Problem => _writer.Problem ?? _failure ?? _feeds.Select(feed => feed.Problem).FirstOrDefault(problem => problem is not null);

    /// <inheritdoc/>
    public bool IsIdle
    {
        get
        {
            lock (_sync)
            {
                return _puts.Count == 0 && _feeds.All(feed => feed.IsIdle);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>What this process knows of: records on their way to the brokers, and records read and not yet committed.</remarks>
    public ChannelStatistics Statistics
    {
        get
        {
            var (events, leased, bytes) = (_gate.Events, 0L, _gate.Bytes);
            foreach (var feed in _feeds)
            {
                var (unlent, lent, unlentBytes) = feed.Lanes.Counts;
                events += unlent + lent;
                leased += lent;
                bytes += unlentBytes;
            }

            return new ChannelStatistics(events, leased, long.MaxValue, bytes, OwnedEvents: 0);
        }
    }

    /// <summary>Records that could not be decoded.</summary>
    internal long Undecodable => _undecodable.Count;

    internal bool IsWaitedFor => Volatile.Read(ref _upstreamWaiting) > 0 || Volatile.Read(ref _isDraining);

    internal bool IsDraining => Volatile.Read(ref _isDraining);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken abort)
    {
        _isDraining = false;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);

        // One that is larger than all there is room for waits until it is alone.
        var events = Math.Min(batch.Count, MostRecordsOnTheirWay);
        if (!_gate.TryAcquire(events, batch.BodyBytes)
            && (mode == PutMode.TryOnce || !await _gate.AcquireAsync(events, batch.BodyBytes, mode == PutMode.KeepAlive ? MaxBlock() : Timeout.InfiniteTimeSpan, abort)))
        {
            return false;
        }

        var put = new PendingPut(batch, OnPutSettled);
        lock (_sync)
        {
            _puts.Add(put);
        }

        try
        {
            await _writer.SendAsync(put, abort);
            _failure = null;
        }
        catch (OperationCanceledException)
        {
            Forget(put);
            throw;
        }
#pragma warning disable CA1031 // the receipt tells it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (_failure is null)
            {
                NoProducer(_owner.Id, failure.Message);
            }

            _failure = failure.Message;
            await _owner.Runtime.DelayAsync(FailedPutPause, CancellationToken.None); // whoever would cancel it must not get the batch back: its receipt is settled here
            Forget(put);
            put.Refuse(new DeliveryException($"No Kafka client could be made: {failure.Message}", failure));
        }

        return true;
    }

    /// <inheritdoc/>
    public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        var feed = new KafkaChannelFeed(this, _owner, NewConsumerAsync, sink, options) { Tune = Tune };
        ImmutableInterlocked.Update(ref _feeds, feeds => feeds.RemoveAll(static old => old.Completion.IsCompleted).Add(feed));
        feed.Start();
        return feed;
    }

    /// <inheritdoc/>
    public void UpstreamWaits(int change)
    {
        if (Interlocked.Add(ref _upstreamWaiting, change) > 0 && change > 0)
        {
            PumpAll();
        }
    }

    /// <inheritdoc/>
    public async Task DrainAsync(CancellationToken abort)
    {
        _isDraining = true; // what is on the topic is kept there
        PumpAll();
        if (!await Join.WithinAsync(_owner.Runtime, _writer.WhenIdleAsync(), Timeout.InfiniteTimeSpan, abort))
        {
            RefusePuts();
        }

        foreach (var feed in _feeds)
        {
            await Join.WithinAsync(_owner.Runtime, feed.Lanes.WhenAllBackAsync(), Timeout.InfiniteTimeSpan, abort);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        await _writer.StopAsync();
        RefusePuts();
    }

    /// <summary>What it holds and how its feeds stand, for messages.</summary>
    public override string ToString() => $"{Statistics}; feeds: {string.Join("; ", _feeds)}";

    private void PumpAll()
    {
        foreach (var feed in _feeds)
        {
            feed.Pump();
        }
    }

    private Task<(IKafkaConsumer Consumer, ConsumerLoopSettings Settings)> NewConsumerAsync(Action<Confluent.Kafka.Error> onError)
    {
        var reader = new ChannelRecordReader(_options.ParseAsFlumeEvent, _options.Topic, _undecodable);
        return _consumers.MakeAsync(
            new ConsumerRequest(_options.BootstrapServers, _options.Consumer, _options.GroupId, [_options.Topic], reader.Read) { IsEarliest = _options.ReadSmallestOffset ?? true },
            onError);
    }

    // Java: how long a full producer may hold a caller up.
    private TimeSpan MaxBlock() =>
        _options.Producer.TryGetValue("max.block.ms", out var text) && int.TryParse(text, out var ms) && ms >= 0 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.FromSeconds(60);

    private void OnPutSettled(PendingPut put) => Forget(put);

    private void Forget(PendingPut put)
    {
        bool isKnown;
        lock (_sync)
        {
            isKnown = _puts.Remove(put);
        }

        if (isKnown)
        {
            _gate.Release(Math.Min(put.Batch.Count, MostRecordsOnTheirWay), put.Batch.BodyBytes);
        }
    }

    private void RefusePuts()
    {
        PendingPut[] puts;
        lock (_sync)
        {
            puts = [.. _puts];
        }

        foreach (var put in puts)
        {
            Forget(put);
            put.Refuse(Stopped);
        }
    }

    [LoggerMessage(KafkaEventIds.NoProducer, LogLevel.Error, "{Channel}: no Kafka client can be made, sources are refused meanwhile and each put tries again: {Problem}")]
    private partial void NoProducer(ComponentId channel, string problem);
}
