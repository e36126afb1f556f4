using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>
/// One sink of a running graph: starts it until it works, calls it with a limit of time, and puts a new instance in the place of one that hangs.
/// </summary>
internal sealed partial class SinkSlot
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly AgentRuntime _runtime;
    private readonly Func<IComponent> _create;
    private readonly bool _isExclusive;
    private readonly ChannelHost _channel;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Lease> _held = []; // a stop that waits no longer takes them away beside a call that still runs
    private readonly Lock _reporting = new();
    private readonly List<Task> _abandoned = [];
    private readonly Action<int> _onCommit;
    private IComponent _sink;
    private Task _starting = Task.CompletedTask;
    private CancellationTokenSource _call = new();
    private bool _isFailing;
    private long _lastReport;
    private long _failuresSinceReport;

    public SinkSlot(
        AgentRuntime runtime, string name, Func<IComponent> create, bool isExclusive, ChannelHost channel,
        ComponentCounters counters, ComponentHealth health, ILogger log)
    {
        _runtime = runtime;
        Name = name;
        _create = create;
        _isExclusive = isExclusive;
        _channel = channel;
        Counters = counters;
        Health = health;
        _log = log;
        _sink = create();
        Health.Watched = () => _sink.Problem;
        _onCommit = events =>
        {
            Counters.Add(FlumeCounter.EventDrainSuccessCount, events);
            channel.Counters.Add(FlumeCounter.EventTakeSuccessCount, events);
            if (MaxHeldEvents > 0)
            {
                HeldDelivered?.Invoke();
            }
        };
    }

    public string Name { get; }

    /// <summary>Called at every commit of a sink that holds, at any time.</summary>
    public Action? HeldDelivered { get; set; }

    public ComponentCounters Counters { get; }

    public ComponentHealth Health { get; }

    public bool IsRunning { get; private set; }

    /// <summary>How many events a holding sink may keep; 0 for the usual sink.</summary>
    public int MaxHeldEvents => (_sink as IHoldingSink)?.MaxHeldEvents ?? 0;

    /// <summary>Begins to start the sink; <paramref name="onStarted"/> is called each time an instance works.</summary>
    public void Start(Action onStarted) => _starting = _runtime.Start(() => KeepStartingAsync(_sink, Task.CompletedTask, onStarted));

    /// <summary>Marks what is open of a lease as this sink's work.</summary>
    public void Begin(Lease lease, int events, int batchSize)
    {
        lease.CommitObserver = _onCommit;
        Counters.Add(FlumeCounter.EventDrainAttemptCount, events);
        Counters.Add(events < batchSize ? FlumeCounter.BatchUnderflowCount : FlumeCounter.BatchCompleteCount);
    }

    /// <summary>Whether the lease was last given to this sink.</summary>
    public bool Has(Lease lease) => lease.CommitObserver == _onCommit;

    /// <summary>Gives events to the sink.</summary>
    /// <returns>Why it failed; <see langword="null"/> when it took (holding) or delivered (usual) them.</returns>
    public ValueTask<Exception?> TryWriteAsync(Lease lease, ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (_sink is IHoldingSink holding && (holding.MaxHeldEvents > 0 || _sink is not ISink))
        {
            lock (_held)
            {
                _held.RemoveAll(static held => held.IsSettled);
                _held.Add(lease);
            }

            return CallAsync(token => holding.AcceptAsync(lease, token).AsTask(), holding.CallTimeout, abort);
        }

        var sink = (ISink)_sink;
        return CallAsync(token => sink.WriteAsync(events, token), sink.CallTimeout, abort);
    }

    /// <summary>Asks a holding sink to settle what it holds.</summary>
    public async ValueTask<Exception?> TryFlushAsync(CancellationToken abort)
    {
        if (_sink is not IHoldingSink holding || !IsRunning)
        {
            return null;
        }

        var failure = await CallAsync(holding.FlushAsync, holding.CallTimeout, abort);
        if (failure is not null)
        {
            GiveBackHeld(failure);
        }

        return failure;
    }

    /// <summary>Tells how the sink did; logs the first failure of a row, then one line a minute, then the recovery.</summary>
    public void Report(Exception? failure)
    {
        lock (_reporting)
        {
            ReportLocked(failure);
        }
    }

    private void ReportLocked(Exception? failure)
    {
        if (failure is null)
        {
            if (_isFailing)
            {
                _isFailing = false;
                Health.Set(ComponentState.Running);
                Resumed(Counters.Id);
            }

            return;
        }

        Counters.Add(FlumeCounter.EventWriteFail);
        Health.Set(ComponentState.Failing, failure.Message);
        _failuresSinceReport++;
        if (_isFailing && _runtime.Time.GetElapsedTime(_lastReport) < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _lastReport = _runtime.Time.GetTimestamp();
        if (failure is PoisonEventException poison)
        {
            Poison(Counters.Id, poison.Index, poison.Message);
        }
        else if (_isFailing)
        {
            StillFailing(Counters.Id, _failuresSinceReport, failure.Message);
        }
        else
        {
            Failed(failure, Counters.Id, failure.Message);
        }

        _isFailing = true;
        _failuresSinceReport = 0;
    }

    /// <summary>Stops the sink. Its feed is disconnected.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        _stopping.Cancel();
        var sink = _sink;
        var answers = await Join.UntilAsync(_runtime, _starting, Grace, abort);
        answers &= await Join.UntilAsync(_runtime, StopQuietlyAsync(sink, abort), Grace, abort);
        answers &= await Join.WithinAsync(_runtime, Join.AllAsync(_abandoned), Grace, abort);
        if (!answers)
        {
            LeftBehind(Counters.Id);
        }

        IsRunning = false;
        Health.Set(ComponentState.Stopped);
    }

    private ValueTask<Exception?> CallAsync(Func<CancellationToken, Task> call, TimeSpan? limit, CancellationToken abort)
    {
        Task running;
        try
        {
            running = call(_call.Token) ?? throw new InvalidOperationException($"Sink '{Name}' returned no task.");
        }
#pragma warning disable CA1031 // a sink may throw anything; the lease goes back
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new ValueTask<Exception?>(failure);
        }

        return running.IsCompletedSuccessfully ? default : AnswerAsync(running, limit, abort);
    }

    private async ValueTask<Exception?> AnswerAsync(Task running, TimeSpan? limit, CancellationToken abort)
    {
        try
        {
            if (!running.IsCompleted && !await Join.WithinAsync(_runtime, running, limit ?? Timeout.InfiniteTimeSpan, abort))
            {
                _call.Cancel();
                _call = new CancellationTokenSource();
                if (!await Join.WithinAsync(_runtime, running, Grace, CancellationToken.None))
                {
                    var hung = new DeliveryException($"Sink '{Name}' did not answer in time; its instance is abandoned.");
                    Abandon(running, hung);
                    return hung;
                }
            }

            await running;
            return null;
        }
#pragma warning disable CA1031 // a sink may throw anything; the lease goes back
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }

    private void Abandon(Task running, Exception reason)
    {
        Abandoned(Counters.Id);
        GiveBackHeld(reason);
        var old = _sink;
        _sink = _create();
        IsRunning = false;
        var ended = _runtime.Start(() => EndAbandonedAsync(old, running));
        _abandoned.RemoveAll(static task => task.IsCompleted);
        _abandoned.Add(ended);
        _starting = _runtime.Start(() => KeepStartingAsync(_sink, _isExclusive ? ended : Task.CompletedTask, static () => { }));
    }

    private async Task EndAbandonedAsync(IComponent old, Task running)
    {
        await Join.WithinAsync(_runtime, running, Timeout.InfiniteTimeSpan, CancellationToken.None);
        await StopQuietlyAsync(old, CancellationToken.None);
    }

    /// <summary>Takes from a holding sink whatever it has not settled.</summary>
    public void GiveBackHeld(Exception reason)
    {
        Lease[] held;
        lock (_held)
        {
            held = [.. _held];
            _held.Clear();
        }

        foreach (var lease in held)
        {
            lease.TakeAway(reason);
        }
    }

    private async Task KeepStartingAsync(IComponent sink, Task after, Action onStarted)
    {
        Health.Set(ComponentState.Starting);
        if (!await Join.WithinAsync(_runtime, after, Timeout.InfiniteTimeSpan, _stopping.Token))
        {
            return;
        }

        var failures = new FailureLog(_runtime.Time);
        var restart = Resilience.Restart(_runtime.Time, async failure =>
        {
            Counters.Add(FlumeCounter.ConnectionFailedCount);
            Health.Set(ComponentState.Failing, failure.Message);
            if (failures.Describe(failure) is { } problem)
            {
                StartFailed(failure, Counters.Id, problem);
            }

            await StopQuietlyAsync(sink, CancellationToken.None);
        });
        try
        {
            await restart.RunAsync(async () => await sink.StartAsync(_stopping.Token), _stopping.Token);
        }
#pragma warning disable CA1031 // stopping: StopAsync releases what was acquired
        catch (Exception) when (_stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return;
        }

        IsRunning = true;
        Health.Set(ComponentState.Running);
        onStarted();
    }

    private async Task StopQuietlyAsync(IComponent sink, CancellationToken abort)
    {
        try
        {
            await sink.StopAsync(abort);
        }
#pragma warning disable CA1031 // the others are stopped all the same
        catch (Exception failure)
#pragma warning restore CA1031
        {
            StopFailed(failure, Counters.Id);
        }
    }
}
