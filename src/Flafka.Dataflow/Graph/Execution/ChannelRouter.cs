using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Asks the selector of a source where the events of a batch go, and puts them there. One batch at a time.</summary>
internal sealed partial class ChannelRouter(
    AgentRuntime runtime, IChannelSelector selector, ImmutableArray<IngressTarget> targets, ComponentCounters counters, ILogger log)
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(3);

    private readonly ILogger _log = log;
    private readonly FailureLog _putFailures = new(runtime.Time);
    private readonly RouteTable _routes = new([.. targets.Select(target => target.Channel.Name)]);

    public ImmutableArray<IngressTarget> Targets { get; } = targets;

    /// <summary>How a batch is marked that goes to the only channel as it is.</summary>
    public bool SettlesWhenStored { get; } = targets.Length == 1 && !targets[0].IsEndToEnd;

    /// <summary>Puts a batch into its channels; its receipt is settled or goes with the events.</summary>
    /// <returns>False when a required channel, or the selector, has failed: a share of the receipt is rejected.</returns>
    public ValueTask<bool> RouteAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        _routes.Clear();
        try
        {
            selector.Route(batch.Events, _routes);
        }
#pragma warning disable CA1031 // a selector may throw anything; the source sees a failed put
        catch (Exception failure)
#pragma warning restore CA1031
        {
            SelectorFailed(failure, counters.Id);
            counters.Add(FlumeCounter.GenericProcessingFail);
            batch.Receipt.Settle(Settlement.Rejected(failure));
            return new ValueTask<bool>(false);
        }

        // The usual case: one channel gets everything, and the share goes with it.
        return Targets.Length == 1 && _routes.IsAllRequired(batch.Events) ? PutRequiredAsync(Targets[0], batch, mode, abort) : PutPartsAsync(batch, mode, abort);
    }

    private async ValueTask<bool> PutPartsAsync(EventBatch batch, PutMode mode, CancellationToken abort)
    {
        var isTaken = true;
        // Flume-compatible: channels before one that fails keep what they took; those behind it, and optional ones, get nothing.
        for (var i = 0; i < Targets.Length && isTaken; i++)
        {
            var events = _routes.TakeRequired(i);
            if (!events.IsEmpty)
            {
                isTaken = await PutRequiredAsync(Targets[i], Part(batch, events, Targets[i]), mode, abort);
            }
        }

        for (var i = 0; i < Targets.Length && isTaken; i++)
        {
            if (_routes.TakeOptional(i) is { IsEmpty: false } events)
            {
                await PutOptionalAsync(Targets[i].Channel, events, abort);
            }
        }

        batch.Receipt.Settle(Settlement.Delivered);
        return isTaken;
    }

    private static EventBatch Part(EventBatch batch, ImmutableArray<FlumeEvent> events, IngressTarget target)
    {
        if (events.Length < batch.Count)
        {
            events = EventBodies.Compact(events, batch.BodyBytes);
        }

        return new EventBatch(events, batch.Receipt.Fork()) { SettleWhenStored = !target.IsEndToEnd };
    }

    private async ValueTask<bool> PutRequiredAsync(IngressTarget target, EventBatch part, PutMode mode, CancellationToken abort)
    {
        if (await TryPutAsync(target.Channel, part, mode, abort) is not { } refusal)
        {
            return true;
        }

        counters.Add(FlumeCounter.ChannelWriteFail);
        part.Receipt.Settle(Settlement.Rejected(refusal));
        return false;
    }

    // Flume: waits keep-alive for an optional channel too and then ignores the failure. Here it never slows a required one.
    private async ValueTask PutOptionalAsync(ChannelHost channel, ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        var receipt = Receipt.Create(static _ => { });
        if (await TryPutAsync(channel, new EventBatch(events, receipt) { SettleWhenStored = true }, PutMode.TryOnce, abort) is { } refusal)
        {
            receipt.Settle(Settlement.Rejected(refusal));
        }
    }

    // Why the channel did not take it; null when it did.
    private async ValueTask<Exception?> TryPutAsync(ChannelHost channel, EventBatch part, PutMode mode, CancellationToken abort)
    {
        try
        {
            return await PutAsync(channel, part, mode, abort) ? null : new ChannelFullException($"Channel '{channel.Name}' had no room for {part.Count} events.");
        }
#pragma warning disable CA1031 // a channel may throw anything; the share is still here, and the source sees a failed put
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (failure is not ChannelFullException && _putFailures.Describe(failure) is { } problem)
            {
                PutFailed(failure, channel.Name, counters.Id, problem);
            }

            return failure;
        }
    }

    private ValueTask<bool> PutAsync(ChannelHost channel, EventBatch part, PutMode mode, CancellationToken abort)
    {
        channel.Counters.Add(FlumeCounter.EventPutAttemptCount, part.Count);
        var put = channel.Channel.PutAsync(part, mode, abort);
        return put.IsCompletedSuccessfully ? new ValueTask<bool>(Counted(channel, part.Count, put.Result)) : WaitAsync(put.AsTask(), channel, part.Count, mode, abort);
    }

    private async ValueTask<bool> WaitAsync(Task<bool> put, ChannelHost channel, int events, PutMode mode, CancellationToken abort)
    {
        if (mode == PutMode.Wait && !await Join.WithinAsync(runtime, put, LongWait, abort))
        {
            ChannelFull(channel.Name, counters.Id, channel.Channel.Statistics.Capacity);
            channel.Health.Set(ComponentState.Failing, "full: its sinks are slower than its sources");
        }

        var isTaken = await put;
        channel.Health.Set(ComponentState.Running);
        return Counted(channel, events, isTaken);
    }

    private static bool Counted(ChannelHost channel, int events, bool isTaken)
    {
        if (isTaken)
        {
            channel.Counters.Add(FlumeCounter.EventPutSuccessCount, events);
        }

        return isTaken;
    }

    [LoggerMessage(EventIds.SelectorFailed, LogLevel.Error, "The channel selector of {Source} failed; the batch is rejected and the source sends it again.")]
    private partial void SelectorFailed(Exception failure, ComponentId source);

    [LoggerMessage(EventIds.PutFailed, LogLevel.Error, "Channel {Channel} failed to take a batch of {Source}; the batch is rejected and the source sends it again where it can: {Problem}")]
    private partial void PutFailed(Exception failure, string channel, ComponentId source, string problem);

    [LoggerMessage(EventIds.ChannelFull, LogLevel.Warning, "FLK6101: Channel {Channel} is full ({Capacity} events); {Source} waits. Its sinks are slower than its sources, or fail.")]
    private partial void ChannelFull(string channel, ComponentId source, long capacity);
}
