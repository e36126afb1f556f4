using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>
/// The way from one source to its channels: the block of the interceptor chain, where there is one, and the block of the router. What is inside is bounded by a window of
/// unsettled batches, which also bounds what comes twice after a crash.
/// </summary>
internal sealed partial class IngressHost : ISourceOutput
{
    /// <summary>Most unsettled batches of one source.</summary>
    public const int Window = 64;

    /// <summary>Most bytes of bodies in them, but for a single larger batch.</summary>
    public const long WindowBytes = 64L << 20;

    private static readonly InvalidOperationException Behind = new("An earlier batch of this source was rejected; order holds.");
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly AgentRuntime _runtime;
    private readonly ImmutableArray<IInterceptor> _interceptors;
    private readonly IChannelSelector _selector;
    private readonly ImmutableArray<IngressTarget> _targets;
    private readonly ComponentCounters _counters;
    private readonly ILogger _log;
    private readonly CapacityGate _window;
    private readonly ITargetBlock<IngressWork> _entry;
    private readonly RouteTable _routes;
    private readonly AsyncSignal _emptied = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly bool _isEndToEnd;
    private int _inside;
    private int _unsettled;
    private volatile int _epoch;
    private volatile int _rejectedEpoch = -1;
    private int _isBehindRejection;

    public IngressHost(
        AgentRuntime runtime, BlockHost blocks, ImmutableArray<IInterceptor> interceptors, IChannelSelector selector,
        ImmutableArray<IngressTarget> targets, ComponentCounters counters, ILogger log)
    {
        _runtime = runtime;
        _interceptors = interceptors;
        _selector = selector;
        _targets = targets;
        _counters = counters;
        _log = log;
        _isEndToEnd = targets.Any(target => target.IsEndToEnd);
        _window = new CapacityGate(runtime, Window, WindowBytes);
        _routes = new RouteTable([.. targets.Select(target => target.Channel.Name)]);
        var router = blocks.Action<IngressWork>(RouteAsync);
        _entry = router;
        if (!interceptors.IsEmpty)
        {
            var chain = blocks.Transform<IngressWork>(InterceptAsync);
            BlockHost.Link(chain, router);
            _entry = chain;
        }
    }

    /// <summary>Batches handed over and not yet settled.</summary>
    public int Unsettled => Volatile.Read(ref _unsettled);

    public async ValueTask<Settlement> DeliverAsync(ImmutableArray<FlumeEvent> events, CancellationToken stopping)
    {
        if (events.IsEmpty)
        {
            return Settlement.Delivered;
        }

        var answer = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var batch = new EventBatch(events, Receipt.Create(answer.SetResult));
        try
        {
            await EnterAsync(batch, stopping);
        }
        catch
        {
            batch.Receipt.Settle(Settlement.Rejected(Behind));
            throw;
        }

        Post(batch, PutMode.KeepAlive, -1);
        if (!_isEndToEnd)
        {
            return await answer.Task;
        }

        Waits(1); // a client waits for the sinks
        try
        {
            return await answer.Task;
        }
        finally
        {
            Waits(-1);
        }
    }

    public async ValueTask SendAsync(EventBatch batch, CancellationToken stopping)
    {
        try
        {
            await EnterAsync(batch, stopping);
        }
        catch (OperationCanceledException cancelled)
        {
            batch.Receipt.Settle(Settlement.Rejected(cancelled));
            throw;
        }

        Post(batch, PutMode.Wait, _epoch);
    }

    public void ReportUnreadable() => _counters.Add(FlumeCounter.EventReadFail);

    public void AcknowledgeRejection()
    {
        _epoch = _rejectedEpoch + 1;
        if (Interlocked.Exchange(ref _isBehindRejection, 0) == 1)
        {
            Waits(-1);
        }
    }

    public void Waits(int change)
    {
        foreach (var target in _targets)
        {
            target.Channel.Channel.UpstreamWaits(change);
        }
    }

    /// <summary>
    /// Completes when nothing is between the source and the channels any more, or an interceptor still does not answer a while after the abort. To be
    /// called once the source has returned.
    /// </summary>
    public async Task WhenEmptyAsync(CancellationToken abort)
    {
        using var registration = abort.UnsafeRegister(static ingress => ((IngressHost)ingress!).Abort(), this);
        if (!await Join.UntilAsync(_runtime, WhenNothingInsideAsync(), Grace, abort))
        {
            InterceptorHangs(_counters.Id);
        }
    }

    /// <summary>Completes when every batch of the source is settled; sinks that hold are asked for it. The channels reject theirs on abort, so this ends.</summary>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async Task WhenSettledAsync(CancellationToken cancel)
    {
        Waits(1);
        try
        {
            while (Unsettled > 0)
            {
                await _emptied.WaitAsync(cancel);
            }
        }
        finally
        {
            Waits(-1);
        }
    }

    /// <summary>Waiting for room ends: what is inside is rejected.</summary>
    public void Abort() => _abort.Cancel();

    private async Task WhenNothingInsideAsync()
    {
        while (Volatile.Read(ref _inside) > 0)
        {
            await _emptied.WaitAsync(CancellationToken.None);
        }
    }

    private ValueTask EnterAsync(EventBatch batch, CancellationToken stopping) =>
        _window.TryAcquire(1, batch.BodyBytes) ? ValueTask.CompletedTask : WaitForRoomAsync(batch, stopping);

    private async ValueTask WaitForRoomAsync(EventBatch batch, CancellationToken stopping)
    {
        Waits(1); // sinks that hold must not wait for more: nothing more comes
        try
        {
            if (!await _window.AcquireAsync(1, batch.BodyBytes, Timeout.InfiniteTimeSpan, stopping))
            {
                throw new OperationCanceledException(stopping);
            }
        }
        finally
        {
            Waits(-1);
        }
    }

    private void Post(EventBatch batch, PutMode mode, int epoch)
    {
        var events = batch.Count;
        var bytes = batch.BodyBytes;
        var isSingle = mode == PutMode.KeepAlive && events == 1;
        _counters.Add(FlumeCounter.EventReceivedCount, events);
        _counters.Add(isSingle ? FlumeCounter.AppendReceivedCount : FlumeCounter.AppendBatchReceivedCount);
        Interlocked.Increment(ref _unsettled);
        Interlocked.Increment(ref _inside);
        var watched = Receipt.Create(new Watch(this, batch.Receipt, events, bytes, epoch, isSingle));
        _entry.Post(new IngressWork(batch.Under(watched), mode, epoch));
    }

    private async Task<IEnumerable<IngressWork>> InterceptAsync(IngressWork work)
    {
        var batch = work.Batch;
        if (work.Epoch >= 0 && work.Epoch == _rejectedEpoch)
        {
            Reject(work, batch.Receipt, Behind);
            Leave();
            return [];
        }

        var events = batch.Events;
        try
        {
            foreach (var interceptor in _interceptors)
            {
                events = await interceptor.InterceptAsync(events, _abort.Token);
                if (events.IsEmpty)
                {
                    batch.Receipt.Settle(Settlement.Delivered); // filtered on purpose: dealt with
                    Leave();
                    return [];
                }
            }
        }
#pragma warning disable CA1031 // an interceptor may throw anything; the source sees a failed put
        catch (Exception failure)
#pragma warning restore CA1031
        {
            InterceptorFailed(failure, _counters.Id);
            _counters.Add(FlumeCounter.GenericProcessingFail);
            Reject(work, batch.Receipt, failure);
            Leave();
            return [];
        }

        if (events.Length < batch.Count)
        {
            events = EventBodies.Compact(events, batch.BodyBytes);
        }

        return [events == batch.Events ? work : work with { Batch = batch.WithEvents(events) }];
    }

    private async Task RouteAsync(IngressWork work)
    {
        var batch = work.Batch;
        try
        {
            if (work.Epoch >= 0 && work.Epoch == _rejectedEpoch)
            {
                Reject(work, batch.Receipt, Behind);
                return;
            }

            _routes.Clear();
            try
            {
                _selector.Route(batch.Events, _routes);
            }
#pragma warning disable CA1031 // a selector may throw anything; the source sees a failed put
            catch (Exception failure)
#pragma warning restore CA1031
            {
                SelectorFailed(failure, _counters.Id);
                _counters.Add(FlumeCounter.GenericProcessingFail);
                Reject(work, batch.Receipt, failure);
                return;
            }

            await PutRequiredAsync(work);
        }
        finally
        {
            Leave();
        }
    }

    private async Task PutRequiredAsync(IngressWork work)
    {
        var batch = work.Batch;
        if (_targets.Length == 1 && _routes.IsAllRequired(batch.Events))
        {
            // The usual case: one channel gets everything, and the share goes with it.
            var whole = batch.Under(batch.Receipt, settleWhenStored: !_targets[0].IsEndToEnd);
            if (await PutAsync(_targets[0].Channel, whole, work.Mode) is { } refusal)
            {
                _counters.Add(FlumeCounter.ChannelWriteFail);
                Reject(work, batch.Receipt, refusal);
            }

            return;
        }

        var isRefused = false;
        for (var i = 0; i < _targets.Length && !isRefused; i++)
        {
            var events = _routes.TakeRequired(i);
            if (events.IsEmpty)
            {
                continue;
            }

            var target = _targets[i];
            var share = batch.Receipt.Fork();
            if (events.Length < batch.Count)
            {
                events = EventBodies.Compact(events, batch.BodyBytes);
            }

            var part = new EventBatch(events, share) { SettleWhenStored = !target.IsEndToEnd };
            if (await PutAsync(target.Channel, part, work.Mode) is { } refusal)
            {
                _counters.Add(FlumeCounter.ChannelWriteFail);
                Reject(work, share, refusal);
                isRefused = true; // Flume-compatible: channels before it keep what they took; those behind it, and optional ones, get nothing
            }
        }

        for (var i = 0; i < _targets.Length && !isRefused; i++)
        {
            if (_routes.TakeOptional(i) is { IsEmpty: false } events)
            {
                await PutOptionalAsync(_targets[i].Channel, events);
            }
        }

        batch.Receipt.Settle(Settlement.Delivered);
    }

    // Why the channel did not take it; null when it did.
    private async ValueTask<Exception?> PutAsync(ChannelHost channel, EventBatch part, PutMode mode)
    {
        var events = part.Count;
        try
        {
            return await TryPutAsync(channel, part, mode) ? null : new ChannelFullException($"Channel '{channel.Name}' had no room for {events} events.");
        }
#pragma warning disable CA1031 // a channel may throw anything; the caller still has the share, and the source sees a failed put
        catch (Exception failure)
#pragma warning restore CA1031
        {
            PutFailed(failure, channel.Name, _counters.Id);
            return failure;
        }
    }

    private async ValueTask<bool> TryPutAsync(ChannelHost channel, EventBatch part, PutMode mode)
    {
        channel.Counters.Add(FlumeCounter.EventPutAttemptCount, part.Count);
        var events = part.Count;
        var put = channel.Channel.PutAsync(part, mode, _abort.Token);
        bool isTaken;
        if (put.IsCompletedSuccessfully)
        {
            isTaken = put.Result;
        }
        else
        {
            var waiting = put.AsTask();
            if (mode == PutMode.Wait && !await Join.WithinAsync(_runtime, waiting, LongWait, _abort.Token))
            {
                ChannelFull(channel.Name, _counters.Id, channel.Channel.Statistics.Capacity);
                channel.Health.Set(ComponentState.Failing, "full: its sinks are slower than its sources");
            }

            isTaken = await waiting;
            channel.Health.Set(ComponentState.Running);
        }

        if (isTaken)
        {
            channel.Counters.Add(FlumeCounter.EventPutSuccessCount, events);
        }

        return isTaken;
    }

    // Flume: waits keep-alive for an optional channel too and then ignores the failure. Here it never slows a required one.
    private async ValueTask PutOptionalAsync(ChannelHost channel, ImmutableArray<FlumeEvent> events)
    {
        var receipt = Receipt.Create(static _ => { });
        if (await PutAsync(channel, new EventBatch(events, receipt) { SettleWhenStored = true }, PutMode.TryOnce) is { } refusal)
        {
            receipt.Settle(Settlement.Rejected(refusal));
        }
    }

    private void Reject(IngressWork work, Receipt share, Exception reason)
    {
        OnRejected(work.Epoch);
        share.Settle(Settlement.Rejected(reason));
    }

    // From now on the source waits until all it sent is settled, which a sink that waits for more events to hold would never do. The news takes a turn of its own:
    // a settlement may come under the lock of a lease.
    private void OnRejected(int epoch)
    {
        if (epoch < 0)
        {
            return;
        }

        _rejectedEpoch = epoch;
        if (Interlocked.Exchange(ref _isBehindRejection, 1) == 0)
        {
            _ = _runtime.Start(() =>
            {
                Waits(1);
                return Task.CompletedTask;
            });
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0)
        {
            _emptied.Set();
        }
    }

    /// <summary>Stands between the graph's receipt of a batch and the source's.</summary>
    private sealed class Watch(IngressHost ingress, Receipt receipt, int events, long bytes, int epoch, bool isSingle) : IReceiptOwner
    {
        public void OnSettled(Settlement settlement)
        {
            if (settlement.IsDelivered)
            {
                ingress._counters.Add(FlumeCounter.EventAcceptedCount, events);
                ingress._counters.Add(isSingle ? FlumeCounter.AppendAcceptedCount : FlumeCounter.AppendBatchAcceptedCount);
            }
            else
            {
                ingress.OnRejected(epoch);
            }

            receipt.Settle(settlement);
            ingress._window.Release(1, bytes);
            if (Interlocked.Decrement(ref ingress._unsettled) == 0)
            {
                ingress._emptied.Set();
            }
        }
    }

    [LoggerMessage(EventIds.InterceptorFailed, LogLevel.Error, "An interceptor of {Source} failed; the batch is rejected and the source sends it again.")]
    private partial void InterceptorFailed(Exception failure, ComponentId source);

    [LoggerMessage(EventIds.InterceptorHangs, LogLevel.Error, "An interceptor of {Source} does not answer; its batch is given up, and the source sends it again where it can.")]
    private partial void InterceptorHangs(ComponentId source);

    [LoggerMessage(EventIds.SelectorFailed, LogLevel.Error, "The channel selector of {Source} failed; the batch is rejected and the source sends it again.")]
    private partial void SelectorFailed(Exception failure, ComponentId source);

    [LoggerMessage(EventIds.PutFailed, LogLevel.Error, "Channel {Channel} failed to take a batch of {Source}; the batch is rejected and the source sends it again where it can.")]
    private partial void PutFailed(Exception failure, string channel, ComponentId source);

    [LoggerMessage(EventIds.ChannelFull, LogLevel.Warning, "FLK6101: Channel {Channel} is full ({Capacity} events); {Source} waits. Its sinks are slower than its sources, or fail.")]
    private partial void ChannelFull(string channel, ComponentId source, long capacity);
}
