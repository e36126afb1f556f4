using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Keeps one source running: a start or a run that fails is tried again, but only when all it sent before is settled.</summary>
internal sealed partial class SourceHost(
    AgentRuntime runtime, string name, ISource source, ImmutableArray<IInterceptor> interceptors, IngressHost ingress, ComponentCounters counters, ComponentHealth health, ILogger log)
{
    private readonly ILogger _log = log;
    private Task _running = Task.CompletedTask;
    private volatile Task? _stop;

    public string Name { get; } = name;

    public ISource Source => source;

    public IngressHost Ingress { get; } = ingress;

    public ComponentCounters Counters { get; } = counters;

    public ComponentHealth Health { get; } = health;

    /// <summary>Whether nothing more is to be expected at the moment: nothing to read, nothing on the way.</summary>
    public bool IsIdle => Ingress.Unsettled == 0 && Health.State switch
    {
        ComponentState.Running => source.IsIdle,
        ComponentState.Finished => true,
        _ => false,
    };

    public void Start(CancellationToken stopping) => _running = runtime.Start(() => KeepRunningAsync(stopping));

    /// <summary>Completes when the source reads nothing more and has handed over what it read.</summary>
    public Task WhenReturnedAsync(CancellationToken abort) => Join.WithinAsync(runtime, _running, Timeout.InfiniteTimeSpan, abort);

    /// <summary>Lets the source write down where it is and release what it has. Everything it sent is settled.</summary>
    public async Task StopAsync(CancellationToken abort)
    {
        _stop = StopSourceAsync(abort);
        await _stop;
        Health.Set(ComponentState.Stopped);
    }

    private async Task KeepRunningAsync(CancellationToken stopping)
    {
        var failures = new FailureLog(runtime.Time);
        var restart = Resilience.Restart(runtime.Time, async failure =>
        {
            Counters.Add(failure is EventReadException ? FlumeCounter.EventReadFail : FlumeCounter.GenericProcessingFail);
            Health.Set(ComponentState.Failing, failure.Message);
            if (failures.Describe(failure) is { } problem)
            {
                Failed(failure, Counters.Id, problem);
            }

            await Ingress.WhenSettledAsync(stopping);
            await StopSourceAsync(stopping);
            Ingress.AcknowledgeRejection();
        });
        try
        {
            await restart.RunAsync(
                async () =>
                {
                    Health.Set(ComponentState.Starting);
                    foreach (var interceptor in interceptors)
                    {
                        await interceptor.StartAsync(stopping);
                    }

                    await source.StartAsync(stopping);
                    Health.Set(ComponentState.Running);
                    await source.RunAsync(Ingress, stopping);
                },
                stopping);
            Health.Set(stopping.IsCancellationRequested ? ComponentState.Stopped : ComponentState.Finished);
        }
#pragma warning disable CA1031 // stopping: whatever the source says now, its events are settled by their channels
        catch (Exception failure) when (stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (failure is not OperationCanceledException)
            {
                StopFailed(failure, Counters.Id);
            }
        }

        if (_stop is { } stop)
        {
            // There was no time to wait for a start that was under way: what it has made since then would stay for ever.
            await stop;
            await StopSourceAsync(stopping);
        }
    }

    private async Task StopSourceAsync(CancellationToken abort)
    {
        await StopQuietlyAsync(source, abort);
        foreach (var interceptor in interceptors)
        {
            await StopQuietlyAsync(interceptor, abort);
        }
    }

    private async Task StopQuietlyAsync(IComponent component, CancellationToken abort)
    {
        try
        {
            await component.StopAsync(abort);
        }
#pragma warning disable CA1031 // the others are stopped all the same
        catch (Exception failure)
#pragma warning restore CA1031
        {
            StopFailed(failure, Counters.Id);
        }
    }

    [LoggerMessage(EventIds.SourceFailed, LogLevel.Error, "{Source} failed and is started again in 3 s; what it had read and not delivered it reads again where it can: {Problem}")]
    private partial void Failed(Exception failure, ComponentId source, string problem);

    [LoggerMessage(EventIds.StopFailed, LogLevel.Warning, "{Component} did not stop cleanly.")]
    private partial void StopFailed(Exception failure, ComponentId component);
}
