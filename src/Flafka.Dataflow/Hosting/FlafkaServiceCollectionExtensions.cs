using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Runs agents in any host.</summary>
public static class FlafkaServiceCollectionExtensions
{
    /// <summary>
    /// Runs the agents of a configuration from the start of the host to its end. Calls add up. The host does not start when a configuration is
    /// wrong: <see cref="ConfigurationException"/> carries every finding, and each is logged.
    /// </summary>
    /// <param name="services">The host's services; constructors of components may ask for them.</param>
    /// <param name="configure">Says what to run; without it, every agent below <c>Flafka:Agents</c> in the host's configuration.</param>
    public static IServiceCollection AddFlafka(this IServiceCollection services, Action<FlafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new FlafkaOptions();
        configure?.Invoke(options);
        return services.AddSingleton<IHostedService>(host => new AgentService(
            loggers => HostAgents.Build(options, host.GetRequiredService<IConfiguration>(), loggers, host),
            options.DrainTime, host.GetRequiredService<ILoggerFactory>()));
    }

    /// <summary>Runs an agent that is described in code from the start of the host to its end. Calls add up.</summary>
    /// <param name="services">The host's services; constructors of components may ask for them.</param>
    /// <param name="graph">The agent. It is built when the host starts.</param>
    /// <param name="drainTime">How long a stop may take to deliver what is inside; 8 s by default.</param>
    public static IServiceCollection AddFlafka(this IServiceCollection services, FlafkaGraph graph, TimeSpan? drainTime = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(graph);
        return services.AddSingleton<IHostedService>(host => new AgentService(
            loggers => [graph.Build(loggers, host)], drainTime ?? TimeSpan.FromSeconds(8), host.GetRequiredService<ILoggerFactory>()));
    }
}
