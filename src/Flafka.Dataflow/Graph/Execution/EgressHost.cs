using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Polly;

namespace Flafka.Dataflow;

/// <summary>One block for a sink or a group of sinks: commits what was written, gives back what was not, and backs off.</summary>
internal sealed class EgressHost
{
    private static readonly DeliveryException NoSink = new("No sink of the group runs.");
    private static readonly DeliveryException NotSettled = new("The sink neither delivered nor gave back in time.");
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(11); // a sink's call is abandoned 5 s after the abort, a flush after it likewise

    private readonly AgentRuntime _runtime;
    private readonly ImmutableArray<SinkSlot> _sinks;
    private readonly ISinkProcessor _processor;
    private readonly ChannelHost _channel;
    private readonly int _maxEvents;
    private readonly int _window;
    private readonly ActionBlock<Lease> _block;
    private readonly ResiliencePipeline<Exception?> _backOff;
    private readonly CancellationTokenSource _abort = new();
    private readonly SinkState[] _states;
    private readonly Lock _connecting = new();
    private IChannelFeed? _feed;
    private bool _isStopped;
    private int _failuresOfHeld; // since a sink that holds has delivered something: its failures come one by one, after it has accepted

    public EgressHost(
        AgentRuntime runtime, BlockHost blocks, ChannelHost channel, ImmutableArray<SinkSlot> sinks, ISinkProcessor processor, int maxEvents, int window)
    {
        _runtime = runtime;
        _channel = channel;
        _sinks = sinks;
        _processor = processor;
        _maxEvents = maxEvents;
        _window = window;
        _states = new SinkState[sinks.Length];
        _backOff = Resilience.BackOff(runtime.Time, RetryAfter);
        for (var i = 0; i < sinks.Length; i++)
        {
            var sink = i;
            sinks[i].HeldDelivered = () =>
            {
                _failuresOfHeld = 0;
                Report(sink, null);
            };
        }

        _block = blocks.Action<Lease>(HandleAsync);
    }

    public ImmutableArray<SinkSlot> Sinks => _sinks;

    /// <summary>Begins to start the sinks; the channel lends as soon as one of them runs.</summary>
    public void Start()
    {
        foreach (var sink in _sinks)
        {
            sink.Start(Connect);
        }
    }

    /// <summary>No lease leaves any more; those under way are settled; then the sinks stop. On abort the calls under way are cut off.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        lock (_connecting)
        {
            _isStopped = true;
        }

        using (abort.UnsafeRegister(static host => ((EgressHost)host!)._abort.Cancel(), this))
        {
            if (_feed is not null && !await Join.UntilAsync(_runtime, _feed.DisconnectAsync(), Grace, abort))
            {
                foreach (var sink in _sinks)
                {
                    sink.GiveBackHeld(NotSettled);
                }

                await Join.WithinAsync(_runtime, _feed.Completion, Grace, CancellationToken.None);
            }

            await Join.AllAsync(_sinks.Select(sink => sink.StopAsync(abort)));
        }

        _block.Complete();
    }

    // Sinks of a group may come up at one moment, and while the graph stops; a second feed would lend past the first one.
    private void Connect()
    {
        lock (_connecting)
        {
            if (_feed is null && !_isStopped)
            {
                // Any sink of a group may come to hold all that is lent to the group.
                var held = _sinks.Select(static sink => sink.MaxHeldEvents).Where(static events => events > 0).DefaultIfEmpty().Min();
                _feed = _channel.Channel.Connect(_block, new FeedOptions(_maxEvents, _window, held));
            }
        }
    }

    private async Task HandleAsync(Lease lease)
    {
        var feed = lease.Feed!;
        Exception? failure;
        if (lease.Count == 0)
        {
            failure = await FlushAsync(feed);
        }
        else if (lease.TryBegin())
        {
            feed.OnBegun(lease);
            failure = await AttemptAsync(lease);
        }
        else
        {
            return; // recalled while it stood in the block; its slot is free already
        }

        if (failure is not null)
        {
            await BackOffAsync(feed, failure);
        }

        feed.OnHandlerEnded(lease);
    }

    // The first "attempt" is the failure at hand; the next ones take what stands first in the channel by then.
    private async Task BackOffAsync(ChannelFeed feed, Exception failure)
    {
        Exception? known = failure;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(feed.Disconnecting, _abort.Token);
        try
        {
            await _backOff.RunAsync(
                async () =>
                {
                    if (known is not null)
                    {
                        var first = known;
                        known = null;
                        return first;
                    }

                    return feed.TryLeaseAgain() is { } lease ? await AttemptAsync(lease) : null;
                },
                cancel.Token);
        }
        catch (OperationCanceledException)
        {
            // Disconnected: the events are in the channel.
        }
    }

    private async ValueTask<Exception?> AttemptAsync(Lease lease)
    {
        var events = lease.Events;
        int[]? open = null; // places of the undelivered events, once some are delivered
        Exception failure = NoSink;
        _channel.Counters.Add(FlumeCounter.EventTakeAttemptCount, lease.Count);
        for (var attempt = 0; ; attempt++)
        {
            // What a sink that holds has kept of a lease, only the channel can take back.
            var isOver = attempt > 0 && _sinks.Any(static sink => sink.MaxHeldEvents > 0);
            if (isOver || Choose(attempt) is not { } index)
            {
                if (!lease.IsSettled)
                {
                    lease.GiveBack(failure);
                }

                return await FlushAfterFailureAsync(failure);
            }

            var sink = _sinks[index];
            sink.Begin(lease, events.Length, _maxEvents);
            var result = await sink.TryWriteAsync(lease, events, _abort.Token);
            if (result is null)
            {
                // A sink that holds has delivered nothing yet; its commits tell.
                if (sink.MaxHeldEvents == 0)
                {
                    Report(index, null);
                    lease.Commit();
                }

                return null;
            }

            Report(index, result);
            failure = result;
            if (result is PartialDeliveryException partial && partial.FailedIndexes.All(index => index >= 0 && index < events.Length))
            {
                open = CommitOthers(lease, open, partial.FailedIndexes);
                events = At(lease.Events, open);
            }
        }
    }

    private static int[] CommitOthers(Lease lease, int[]? open, ImmutableArray<int> failed)
    {
        open ??= [.. Enumerable.Range(0, lease.Count)];
        var places = open;
        int[] stillOpen = [.. failed.Distinct().Order().Select(index => places[index])];
        int[] delivered = [.. open.Except(stillOpen)];
        lease.Commit(delivered);
        return stillOpen;
    }

    // A method of its own: a closure would cost an object for every lease.
    private static ImmutableArray<FlumeEvent> At(ImmutableArray<FlumeEvent> events, int[] places) => [.. places.Select(place => events[place])];

    // What a holding sink still holds stands behind the events that went back, so it has to settle first.
    private async ValueTask<Exception> FlushAfterFailureAsync(Exception failure)
    {
        foreach (var sink in _sinks)
        {
            await sink.TryFlushAsync(_abort.Token);
        }

        return failure;
    }

    private async ValueTask<Exception?> FlushAsync(ChannelFeed feed)
    {
        Exception? failure = null;
        for (var i = 0; i < _sinks.Length; i++)
        {
            if (await _sinks[i].TryFlushAsync(_abort.Token) is { } flushFailure)
            {
                Report(i, flushFailure);
                failure ??= flushFailure;
            }
        }

        // What a sink that holds gave back outside a call.
        if (feed.TakeFailure() is var (lease, outside) && failure is null)
        {
            failure = outside;
            for (var i = 0; i < _sinks.Length; i++)
            {
                if (_sinks[i].Has(lease))
                {
                    Report(i, outside);
                }
            }
        }

        return failure;
    }

    // Commits of a sink that holds come at any time.
    private void Report(int sink, Exception? failure)
    {
        lock (_states)
        {
            _processor.Report(sink, failure);
        }

        _sinks[sink].Report(failure);
    }

    private int? Choose(int attempt)
    {
        lock (_states)
        {
            return _processor.Choose(States(), attempt);
        }
    }

    private TimeSpan? RetryAfter()
    {
        lock (_states)
        {
            return _processor.RetryAfter(States())
                ?? (_sinks.Any(static sink => sink.MaxHeldEvents > 0) ? TimeSpan.FromSeconds(Math.Min(++_failuresOfHeld, 5)) : null);
        }
    }

    private SinkState[] States()
    {
        for (var i = 0; i < _states.Length; i++)
        {
            _states[i] = new SinkState(_sinks[i].Name, _sinks[i].IsRunning);
        }

        return _states;
    }
}
