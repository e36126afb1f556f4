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
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly AgentRuntime _runtime;
    private readonly ImmutableArray<IInterceptor> _interceptors;
    private readonly ChannelRouter _router;
    private readonly ComponentCounters _counters;
    private readonly ILogger _log;
    private readonly CapacityGate _window;
    private readonly ITargetBlock<IngressWork> _entry;
    private readonly AsyncSignal _emptied = new();
    private readonly Lock _rejecting = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly bool _isEndToEnd;
    private int _inside;
    private int _unsettled;
    private volatile int _epoch;
    private volatile int _rejectedEpoch = -1;

    public IngressHost(
        AgentRuntime runtime, BlockHost blocks, ImmutableArray<IInterceptor> interceptors, ChannelRouter router, ComponentCounters counters, ILogger log)
    {
        _runtime = runtime;
        _interceptors = interceptors;
        _router = router;
        _counters = counters;
        _log = log;
        _isEndToEnd = router.Targets.Any(target => target.IsEndToEnd);
        _window = new CapacityGate(runtime, Window, WindowBytes);
        var route = blocks.Action<IngressWork>(RouteAsync);
        _entry = route;
        if (!interceptors.IsEmpty)
        {
            var chain = blocks.Transform<IngressWork>(InterceptAsync);
            BlockHost.Link(chain, route);
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
        if (batch.Count == 0)
        {
            batch.Receipt.Settle(Settlement.Delivered); // nothing to deliver
            return;
        }

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
        bool wasRejected;
        lock (_rejecting)
        {
            wasRejected = _rejectedEpoch == _epoch;
            _epoch = _rejectedEpoch + 1;
        }

        if (wasRejected)
        {
            Waits(-1);
        }
    }

    public void Waits(int change)
    {
        foreach (var target in _router.Targets)
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
        _entry.Post(new IngressWork(batch.Under(watched, _router.SettlesWhenStored), mode, epoch));
    }

    private async Task<IEnumerable<IngressWork>> InterceptAsync(IngressWork work)
    {
        var batch = work.Batch;
        if (IsBehindRejected(work))
        {
            batch.Receipt.Settle(Settlement.Rejected(Behind));
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
            NoteRejection(work.Epoch);
            batch.Receipt.Settle(Settlement.Rejected(failure));
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
        try
        {
            if (IsBehindRejected(work))
            {
                work.Batch.Receipt.Settle(Settlement.Rejected(Behind));
            }
            else if (!await _router.RouteAsync(work.Batch, work.Mode, _abort.Token))
            {
                NoteRejection(work.Epoch);
            }
        }
        finally
        {
            Leave();
        }
    }

    private bool IsBehindRejected(IngressWork work) => work.Epoch >= 0 && work.Epoch == _rejectedEpoch;

    // From now on the source waits until all it sent is settled, which a sink that waits for more events to hold would never do. The news takes a turn of its own: a
    // settlement may come under the lock of a lease.
    private void NoteRejection(int epoch)
    {
        if (epoch < 0)
        {
            return;
        }

        lock (_rejecting)
        {
            if (epoch == _rejectedEpoch)
            {
                return;
            }

            _rejectedEpoch = epoch;
        }

        _ = _runtime.Start(() =>
        {
            Waits(1);
            return Task.CompletedTask;
        });
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
                ingress.NoteRejection(epoch);
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
}
