using System.Threading.Tasks.Dataflow;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>One sink of a channel: a consumer of its own, the lanes of its partitions, and the feed that lends from them.</summary>
internal sealed partial class KafkaChannelFeed : IChannelFeed
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(3);

    private readonly KafkaChannel _channel;
    private readonly ClientOwner _owner;
    private readonly Func<Action<Error>, Task<(IKafkaConsumer Consumer, ConsumerLoopSettings Settings)>> _newConsumer;
    private readonly ChannelFeed _feed;
    private readonly ILogger _log;
    private readonly AsyncSignal _wake = new();
    private readonly CancellationTokenSource _ending = new();
    private volatile ConsumerLoop? _loop;
    private Task _running = Task.CompletedTask;
    private volatile string? _failure;

    public KafkaChannelFeed(
        KafkaChannel channel, ClientOwner owner, Func<Action<Error>, Task<(IKafkaConsumer Consumer, ConsumerLoopSettings Settings)>> newConsumer,
        ITargetBlock<Lease> sink, FeedOptions options)
    {
        _channel = channel;
        _owner = owner;
        _newConsumer = newConsumer;
        _log = owner.Log;
        Lanes = new PartitionLanes(Math.Max(4000, 4 * options.MaxEvents), 32 << 20, () => _channel.IsDraining, () => _channel.IsWaitedFor);
        _feed = new ChannelFeed(Lanes, sink, options);
        Lanes.Changed = _feed.Pump;
    }

    public PartitionLanes Lanes { get; }

    public Task Completion => _feed.Completion;

    public bool IsIdle => _loop?.IsIdle ?? false;

    public string? Problem => _loop?.Brokers.Problem ?? _failure;

    public Func<ConsumerLoopSettings, ConsumerLoopSettings> Tune { get; init; } = static settings => settings;

    public void Start() => _running = _owner.Runtime.Start(RunAsync);

    public void Pump() => _feed.Pump();

    public async Task DisconnectAsync()
    {
        await _feed.DisconnectAsync();
        _ending.Cancel();
        _loop?.End();
        await _running;
    }

    public override string ToString() => $"{_feed}";

    private async Task RunAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync();
            }
#pragma warning disable CA1031 // whatever happened to the client: a new one is tried until the feed ends
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = failure.Message;
                Failed(failure, _owner.Id, failure.Message);
                await PauseAsync();
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await _owner.Runtime.DelayAsync(RestartPause, _ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The feed ends.
        }
    }

    private async Task ConsumeAsync()
    {
        ConsumerLoop? loop = null;
        var (consumer, settings) = await _newConsumer(error => loop?.OnError(error));
        try
        {
            _loop = loop = new ConsumerLoop(_owner, consumer, Lanes, Tune(settings), _wake) { Waits = Wait };
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            _failure = null;
            await loop.RunAsync();
            if (loop.Failure is { } failure)
            {
                throw new DeliveryException($"The Kafka consumer failed: {failure.Message}", failure);
            }

            await loop.FinishAsync();
        }
        finally
        {
            _loop = null;
            await consumer.CloseAsync();
            Lanes.ForgetAll(); // a new consumer begins behind what was committed
        }
    }

    // The loop waits for leases of partitions that it must give back: nothing else is lent meanwhile, and sinks that hold are asked to settle.
    private void Wait(int change)
    {
        Lanes.Hold(change);
        _feed.Pump();
    }

    [LoggerMessage(KafkaEventIds.ConsumerReplaced, LogLevel.Error, "{Channel}: a Kafka consumer failed; a new one is made in 3 s, events that were under way come twice: {Problem}")]
    private partial void Failed(Exception failure, ComponentId channel, string problem);
}
