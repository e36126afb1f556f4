using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>A running agent: its sources, channels and sinks as linked blocks. Started downstream first, stopped upstream first.</summary>
/// <remarks>Thread-safe; public methods continue on the graph's scheduler.</remarks>
public sealed partial class AgentGraph : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private readonly AgentRuntime _runtime;
    private readonly ILogger _log;
    private readonly ImmutableArray<ChannelHost> _channels;
    private readonly ImmutableArray<EgressHost> _egresses;
    private readonly ImmutableArray<SourceHost> _sources;
    private readonly ImmutableHashSet<string> _durable;
    private readonly FlafkaMeter _meter;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource<Exception> _fault;
    private readonly Lock _sync = new();
    private Task _channelsStarting = Task.CompletedTask;
    private Task<StopResult>? _stopped;

    internal AgentGraph(
        AgentRuntime runtime, string name, ImmutableArray<SourceHost> sources, ImmutableArray<ChannelHost> channels,
        ImmutableHashSet<string> durableChannels, ImmutableArray<EgressHost> egresses, FlafkaMeter meter,
        TaskCompletionSource<Exception> fault, ILogger log)
    {
        _runtime = runtime;
        Name = name;
        _sources = sources;
        _channels = channels;
        _durable = durableChannels;
        _egresses = egresses;
        _meter = meter;
        _fault = fault;
        _log = log;
    }

    /// <summary>The agent's name.</summary>
    public string Name { get; }

    /// <summary>The counters of all its components.</summary>
    public IReadOnlyList<ComponentCounters> Counters => _meter.Components;

    /// <summary>How its components are.</summary>
    public IReadOnlyList<ComponentHealth> Health =>
        [.. _sources.Select(source => source.Health), .. _channels.Select(channel => channel.Health), .. _egresses.SelectMany(egress => egress.Sinks).Select(sink => sink.Health)];

    /// <summary>What its channels hold.</summary>
    public IReadOnlyList<(string Name, ChannelStatistics Statistics)> Channels => [.. _channels.Select(channel => (channel.Name, channel.Channel.Statistics))];

    /// <summary>
    /// Whether nothing is to be done at the moment: every source has looked and knows of nothing to read, no batch is unsettled and no channel
    /// holds events. A source that cannot reach its server is not idle.
    /// </summary>
    public bool IsIdle => _sources.All(source => source.IsIdle) && _channels.All(channel => channel.Channel.IsIdle);

    /// <summary>Whether every source has read all there is and everything is delivered.</summary>
    public bool IsFinished => IsIdle && !_sources.IsEmpty && _sources.All(source => source.Health.State == ComponentState.Finished);

    /// <summary>Completes with the cause when the graph met a bug of its own and must end.</summary>
    public Task<Exception> Fault => _fault.Task;

    /// <summary>Starts channels, then sinks, then sources. A sink or source that does not start is tried again until it does.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> fired, or the graph is stopped; what was started is stopped.</exception>
    public async Task StartAsync(CancellationToken abort)
    {
        await _runtime.Hop();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, _stopping.Token);
        try
        {
            _channelsStarting = StartChannelsAsync(either.Token);
            await _channelsStarting;
            either.Token.ThrowIfCancellationRequested();
        }
        catch
        {
            await StopAsync(TimeSpan.Zero);
            throw;
        }

        foreach (var egress in _egresses)
        {
            egress.Start();
        }

        foreach (var source in _sources)
        {
            source.Start(_stopping.Token);
        }
    }

    /// <summary>Starts, runs until <paramref name="stopping"/> fires or a bug of the graph's own ends it, drains and stops.</summary>
    /// <param name="stopping">The wish to stop.</param>
    /// <param name="drainTime">How long draining may take.</param>
    public async Task<StopResult> RunAsync(CancellationToken stopping, TimeSpan? drainTime = null)
    {
        await StartAsync(stopping);
        await Join.WithinAsync(_runtime, _fault.Task, Timeout.InfiniteTimeSpan, stopping);
        return await StopAsync(drainTime ?? TimeSpan.FromSeconds(8));
    }

    /// <summary>
    /// Sources read nothing more, what they read is delivered or rejected, sinks and channels end. After <paramref name="drainTime"/>, or
    /// <see cref="Abort"/>, what is still inside is rejected: sources that can read again will, the rest is counted in the result.
    /// </summary>
    /// <remarks>A second call waits for the first.</remarks>
    public async Task<StopResult> StopAsync(TimeSpan drainTime)
    {
        await _runtime.Hop();
        Task<StopResult> stopped;
        lock (_sync)
        {
            stopped = _stopped ??= StopOnceAsync(drainTime);
        }

        return await stopped;
    }

    /// <summary>Ends the time for draining now.</summary>
    public void Abort() => _ = _runtime.Start(() =>
    {
        _abort.Cancel();
        return Task.CompletedTask;
    });

    /// <summary>Stops without draining when it was not stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _meter.Dispose();
    }

    private async Task<StopResult> StopOnceAsync(TimeSpan drainTime)
    {
        await Task.Yield(); // out of the lock
        using var timer = _runtime.Time.CreateTimer(
            static state => ((AgentGraph)state!).OnDrainTimeOver(), this, drainTime, Timeout.InfiniteTimeSpan);
        var abort = _abort.Token;

        // 1. Sources read nothing more. 2. What they read gets to the channels.
        _stopping.Cancel();
        await Join.WithinAsync(_runtime, _channelsStarting, Grace, CancellationToken.None);
        foreach (var source in _sources)
        {
            await source.WhenReturnedAsync(abort);
            await source.Ingress.WhenEmptyAsync(abort);
        }

        // 3. Channels end what is inside. 4. Now every receipt is settled, and sources can write down where they are.
        await Join.AllAsync(_channels.Select(channel => channel.Channel.DrainAsync(abort)));
        foreach (var source in _sources)
        {
            await Join.WithinAsync(_runtime, source.Ingress.WhenSettledAsync(CancellationToken.None), Grace, CancellationToken.None);
            await Join.WithinAsync(_runtime, source.StopAsync(abort), Grace, CancellationToken.None);
        }

        // 5. Sinks. 6. Channels.
        await Join.AllAsync(_egresses.Select(egress => egress.StopAsync(abort)));
        var left = _channels
            .Where(channel => !_durable.Contains(channel.Name))
            .Select(channel => KeyValuePair.Create(channel.Name, channel.Channel.Statistics.OwnedEvents))
            .Where(pair => pair.Value > 0)
            .ToImmutableDictionary();
        foreach (var channel in _channels)
        {
            await Join.WithinAsync(_runtime, channel.Channel.StopAsync(abort), Grace, CancellationToken.None);
            channel.Health.Set(ComponentState.Stopped);
        }

        return new StopResult(left.IsEmpty, left);
    }

    private async Task StartChannelsAsync(CancellationToken abort)
    {
        foreach (var channel in _channels)
        {
            await StartChannelAsync(channel, abort);
        }
    }

    private async Task StartChannelAsync(ChannelHost channel, CancellationToken abort)
    {
        channel.Health.Set(ComponentState.Starting);
        var failures = new FailureLog(_runtime.Time);
        var restart = Resilience.Restart(_runtime.Time, async failure =>
        {
            channel.Health.Set(ComponentState.Failing, failure.Message);
            if (failures.Describe(failure) is { } problem)
            {
                ChannelStartFailed(failure, channel.Counters.Id, problem);
            }

            await channel.Channel.StopAsync(CancellationToken.None);
        });
        await restart.RunAsync(async () => await channel.Channel.StartAsync(abort), abort);
        channel.Health.Set(ComponentState.Running);
    }

    private void OnDrainTimeOver()
    {
        if (_stopped is { IsCompleted: true })
        {
            return;
        }

        if (_sources.Any(static source => source.Ingress.Unsettled > 0) || _channels.Any(static channel => !channel.Channel.IsIdle))
        {
            DrainTimeOver(Name);
        }

        Abort();
    }

    [LoggerMessage(EventIds.DrainTimeOver, LogLevel.Warning, "FLK6401: The time for draining agent {Agent} is over; what is still inside is rejected.")]
    private partial void DrainTimeOver(string agent);

    [LoggerMessage(EventIds.Restarted, LogLevel.Error, "{Channel} did not start and is tried again every 3 s; nothing else starts before: {Problem}")]
    private partial void ChannelStartFailed(Exception failure, ComponentId channel, string problem);
}
