using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Runs agents as long as the host does.</summary>
/// <param name="build">Makes the agents; called when the host starts.</param>
/// <param name="drainTime">How long a stop may take to deliver what is inside.</param>
/// <param name="loggers">The host's log.</param>
internal sealed partial class AgentService(Func<ILoggerFactory, ImmutableArray<AgentGraph>> build, TimeSpan drainTime, ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger _log = loggers.CreateLogger<AgentService>();
    private ImmutableArray<AgentGraph> _graphs = [];

    /// <summary>Builds the agents, then starts them in the background: a sink whose server is away must not keep the host from starting.</summary>
    /// <exception cref="ConfigurationException">A configuration is wrong.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _graphs = build(loggers);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Delivers what is inside; when the host's patience ends, what is left is given up.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var impatient = cancellationToken.UnsafeRegister(
            static state =>
            {
                foreach (var graph in ((AgentService)state!)._graphs)
                {
                    graph.Abort();
                }
            },
            this);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Join.AllAsync(_graphs.Select(graph => RunAsync(graph, stoppingToken)));

    private async Task RunAsync(AgentGraph graph, CancellationToken stopping)
    {
        await using (graph)
        {
            Started(graph.Name);
            StopResult result;
            try
            {
                result = await graph.RunAsync(stopping, drainTime);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return; // stopped before it had started
            }

            foreach (var (channel, events) in result.LeftInChannel)
            {
                Left(graph.Name, events, channel);
            }

            if (graph.Fault.IsCompleted)
            {
                throw new InvalidOperationException($"Agent {graph.Name} met a bug of its own and has ended: {(await graph.Fault).Message}", await graph.Fault);
            }

            Ended(graph.Name);
        }
    }

    [LoggerMessage(EventIds.AgentStarted, LogLevel.Information, "Agent {Agent} starts.")]
    private partial void Started(string agent);

    [LoggerMessage(EventIds.AgentEnded, LogLevel.Information, "Agent {Agent} has ended.")]
    private partial void Ended(string agent);

    [LoggerMessage(EventIds.AgentLeftEvents, LogLevel.Error, "FLK6401: {Events} events left in channel {Channel} of agent {Agent} are lost: its sinks had not taken them when the agent ended.")]
    private partial void Left(string agent, long events, string channel);
}
