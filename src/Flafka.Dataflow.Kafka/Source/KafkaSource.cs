using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Reads topics as a member of a consumer group. The group's offset of a partition moves only over events that are delivered without a gap,
/// so a crash loses nothing and repeats at most what was on its way.
/// </summary>
[Source(
    "kafka", JavaClass = "org.apache.flume.source.kafka.KafkaSource", CanReadAgain = true,
    BetterThanFlume = "commits only what is delivered without a gap, and hands partitions over without doubles")]
public sealed class KafkaSource : ISource
{
    private const int QueuedBatches = 4;
    private const long QueuedBytes = 32 << 20;

    private readonly KafkaSourceOptions _options;
    private readonly ClientOwner _owner;
    private readonly ILogger _log;
    private readonly ConsumerMaker _consumers;
    private readonly AsyncSignal _wake = new();
    private readonly UndecodableRecords _undecodable;
    private readonly UndecodableTopic? _undecodableTopic;
    private OffsetTracker _tracker;
    private BatchQueue _queue;
    private IKafkaConsumer? _consumer;
    private ConsumerLoop? _loop;
    private Task _polling = Task.CompletedTask;

    /// <summary>Stores its arguments; the consumer is made at the start.</summary>
    public KafkaSource(KafkaSourceOptions options, ComponentContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _owner = ClientOwner.Of<KafkaSource>(context);
        _log = _owner.Log;
        _consumers = new ConsumerMaker(_owner);
        _undecodable = new UndecodableRecords(_owner.Id, _log) { Topic = options.UndecodableTopic };
        _undecodableTopic = options.UndecodableTopic is null ? null : new UndecodableTopic(options, _owner);
        (_tracker, _queue) = NewState();
    }

    /// <inheritdoc/>
    public bool IsIdle => _loop?.IsIdle ?? false;

    /// <inheritdoc/>
    public string? Problem => _loop?.Brokers.Problem ?? _undecodableTopic?.Problem;

    /// <summary>Bounds that tests change.</summary>
    internal Func<ConsumerLoopSettings, ConsumerLoopSettings> Tune { get; init; } = static settings => settings;

    /// <summary>Whether its partitions are paused, because the channels take no more.</summary>
    internal bool IsHeldBack => _loop?.IsPaused ?? false;

    /// <summary>The records that could not be decoded.</summary>
    internal long Undecodable => _undecodable.Count;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        (_tracker, _queue) = NewState();
        ConsumerLoop? loop = null;
        var builder = new KafkaEventBuilder(_options, _undecodable);
        var request = new ConsumerRequest(_options.BootstrapServers, _options.Consumer, _options.GroupId, _options.Subscription(), builder.Build)
        {
            IsUndecodable = () => builder.IsUndecodable,
            HasHeaders = _options.Headers.Count > 0,
            BatchSize = _options.BatchSize,
        };
        (_consumer, var settings) = await _consumers.MakeAsync(request, error => loop?.OnError(error));
        _loop = loop = new ConsumerLoop(_owner, _consumer, new SourceRecords(_tracker, _queue), Tune(settings), _wake);
        _polling = _owner.Runtime.Start(loop.RunAsync);
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        var loop = _loop ?? throw new InvalidOperationException("The source is not started.");
        loop.Waits = output.Waits;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (loop.Failure is { } failure)
                {
                    throw new DeliveryException($"The Kafka consumer failed: {failure.Message}", failure);
                }

                if (!await TrySendAsync(loop, output, stopping))
                {
                    await _wake.WaitAsync(stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was not taken comes again.
        }
        finally
        {
            loop.StopReading();
            _queue.Drop(); // it comes again
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_loop is not { } loop || _consumer is not { } consumer)
        {
            return;
        }

        try
        {
            using var registration = abort.UnsafeRegister(static loop => ((ConsumerLoop)loop!).Abort(), loop);
            loop.End();
            await _polling;
            await loop.FinishAsync();
        }
        finally
        {
            (_loop, _consumer) = (null, null);
            await consumer.CloseAsync();
            await (_undecodableTopic?.StopAsync() ?? Task.CompletedTask);
        }
    }

    private async ValueTask<bool> TrySendAsync(ConsumerLoop loop, ISourceOutput output, CancellationToken stopping)
    {
        if (loop.IsRewinding)
        {
            return false;
        }

        if (_tracker.HasRejection)
        {
            if (_tracker.Unsettled > 0)
            {
                return false;
            }

            // The graph rejects everything until the source has gone back, so that order holds.
            loop.RequestRewind();
            while (loop.IsRewinding && loop.Failure is null)
            {
                await _wake.WaitAsync(stopping);
            }

            output.AcknowledgeRejection();
            return true;
        }

        if (_queue.TryTake() is not { } batch)
        {
            return false;
        }

        // Without a receipt the partition is being given back, and others read the batch.
        if (_tracker.TryTrack(batch.Partition, batch.First, batch.Next, batch.Count) is { } receipt)
        {
            if (batch.IsUndecodable)
            {
                await WriteUndecodableAsync(batch, receipt, stopping);
            }
            else
            {
                await output.SendAsync(new EventBatch(batch.ToEvents(), receipt), stopping);
            }
        }

        return true;
    }

    private async ValueTask WriteUndecodableAsync(PolledBatch batch, Receipt receipt, CancellationToken stopping)
    {
        try
        {
            await _undecodableTopic!.WriteAsync(batch.ToEvents(), stopping);
        }
        catch (Exception failure)
        {
            receipt.Settle(Settlement.Rejected(failure));
            throw;
        }

        receipt.Settle(Settlement.Delivered);
    }

    private (OffsetTracker Tracker, BatchQueue Queue) NewState() =>
        (new OffsetTracker(_wake), new BatchQueue(_options.BatchSize, (int)Math.Min(int.MaxValue, (long)_options.BatchSize * QueuedBatches), QueuedBytes, _wake));
}
