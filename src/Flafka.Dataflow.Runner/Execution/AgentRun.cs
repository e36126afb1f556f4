using System.Globalization;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Runner.Configuration;
using Flafka.Dataflow.Runner.Output;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>Runs one agent from its file to its exit code.</summary>
internal sealed partial class AgentRun
{
    private readonly AgentRuntime _runtime = AgentRuntime.System;
    private readonly RunRequest _request;
    private readonly GraphPlan _plan;
    private readonly AgentGraph _graph;
    private readonly ConsoleOutput _output;
    private readonly ILogger _log;

    private AgentRun(RunRequest request, GraphPlan plan, AgentGraph graph, ConsoleOutput output, ILogger log) =>
        (_request, _plan, _graph, _output, _log) = (request, plan, graph, output, log);

    /// <summary>Compiles, builds, runs. Nothing starts while anything is wrong with the configuration.</summary>
    public static async Task<int> ExecuteAsync(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var output = ConsoleOutput.Standard(request.LogFormat);
        using var loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(request.LogLevel).AddProvider(Provider(request, output)));
        var diagnostics = new DiagnosticBag();
        var plan = ConfigurationFile.Read(request.File, request.Settings, diagnostics)?.Compile(request.Agent);
        var graph = plan is null ? null : new GraphFactory(AgentRuntime.System, loggers).Build(plan, diagnostics);
        Messages.Write(diagnostics);
        if (plan is null || graph is null)
        {
            return ExitCode.InvalidConfiguration;
        }

        await using (graph)
        {
            return await new AgentRun(request, plan, graph, output, loggers.CreateLogger<AgentRun>()).RunAsync();
        }
    }

    private static ILoggerProvider Provider(RunRequest request, ConsoleOutput output) => request.LogFormat == LogFormat.Json
        ? new JsonLoggerProvider(output, TimeProvider.System)
        : new ConsoleLoggerProvider(output, TimeProvider.System, withDetails: request.LogLevel <= LogLevel.Debug);

    private async Task<int> RunAsync()
    {
        Announce();
        using var signals = new StopSignals(_runtime.Time);
        using var abort = signals.Aborting.UnsafeRegister(
            static run =>
            {
                ((AgentRun)run!).Aborted();
                ((AgentRun)run)._graph.Abort();
            },
            this);
        using var ended = new CancellationTokenSource();
        var progress = new ProgressReport(_runtime, _graph, _plan, _output, _log);
        var reporting = _runtime.Start(() => progress.RunAsync(ended.Token));
        try
        {
            await _graph.StartAsync(signals.Stopping);
            Started(_plan.Agent);
            await WaitForEndAsync(signals.Stopping);
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // Stopped before it had started.
        }

        if (signals.Stopping.IsCancellationRequested)
        {
            Draining(_request.DrainTime.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture));
        }

        var result = await _graph.StopAsync(_request.DrainTime);
        await ended.CancelAsync();
        await reporting;
        foreach (var (channel, events) in result.LeftInChannel)
        {
            Left(events, channel);
        }

        progress.LogTotals();
        if (_graph.Fault.IsCompleted)
        {
            Messages.Bug(await _graph.Fault);
            return ExitCode.RuntimeFailure;
        }

        return result.Drained ? ExitCode.Success : ExitCode.EventsLeft;
    }

    /// <summary>Completes at a signal, at a fault of the graph, or when the agent has been idle for long enough.</summary>
    private async Task WaitForEndAsync(CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var idle = _request.UntilIdle is { } idleFor ? _runtime.Start(() => new IdleWatch(_runtime, _graph, idleFor).WaitAsync(cancel.Token)) : Task.Delay(Timeout.InfiniteTimeSpan, _runtime.Time, cancel.Token);
        var first = await Task.WhenAny(idle, _graph.Fault);
        await cancel.CancelAsync();
        await idle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first == idle && idle.IsFaulted)
        {
            await idle;
        }
    }

    private void Announce()
    {
        Starting(_plan.Agent, _request.File);
        foreach (var path in Guarantees.Of(_plan))
        {
            Guarantee(path.Path, path.Text);
        }

        var unlimited = _plan.Nodes.OfType<ChannelNode>().Where(node => node.Channel.Options is MemoryChannelOptions { ByteCapacity: null }).ToArray();
        if (unlimited.Length > 0)
        {
            var share = GraphFactory.Budget(_plan).BytesPerChannel / (1 << 20);
            Memory(string.Join(", ", unlimited.Select(node => node.Channel.Definition.Id.Name)), share.ToString("N0", CultureInfo.InvariantCulture));
        }
    }

    [LoggerMessage(RunnerEventIds.Starting, LogLevel.Information, "Starting agent {Agent} from {File}.")]
    private partial void Starting(string agent, string file);

    [LoggerMessage(RunnerEventIds.Guarantee, LogLevel.Information, "{Path}: {Guarantee}")]
    private partial void Guarantee(string path, string guarantee);

    [LoggerMessage(RunnerEventIds.Memory, LogLevel.Information, "Without byteCapacity, a channel holds at most {MegaBytes} MB of event bodies: {Channels}.")]
    private partial void Memory(string channels, string megaBytes);

    [LoggerMessage(RunnerEventIds.Started, LogLevel.Information, "Agent {Agent} runs.")]
    private partial void Started(string agent);

    [LoggerMessage(RunnerEventIds.Draining, LogLevel.Information, "Stopping: what is inside is delivered for up to {Seconds} s. A second signal, a second or more after the first, ends it at once.")]
    private partial void Draining(string seconds);

    [LoggerMessage(RunnerEventIds.Aborted, LogLevel.Warning, "Second signal: what is not delivered yet is given up.")]
    private partial void Aborted();

    [LoggerMessage(RunnerEventIds.Left, LogLevel.Error, "FLK6401: {Events} events left in channel {Channel} are lost: its sinks had not taken them when the agent ended.")]
    private partial void Left(long events, string channel);
}
