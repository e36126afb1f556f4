using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>What a graph offers to its components; anything else is asked of the host.</summary>
internal sealed class GraphServices(AgentRuntime runtime, ILoggerFactory loggers, MemoryBudget budget, IServiceProvider? host) : IServiceProvider
{
    private readonly LocalStorage _storage = new(runtime);
    private readonly TcpNetwork _network = new(runtime);
    private readonly SystemProcesses _processes = new(runtime);

    /// <inheritdoc/>
    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceProvider) ? this
        : host?.GetService(serviceType) is { } offered ? offered
        : serviceType == typeof(IStorage) ? _storage
        : serviceType == typeof(INetwork) ? _network
        : serviceType == typeof(IProcesses) ? _processes
        : serviceType == typeof(MemoryBudget) ? budget
        : serviceType == typeof(AgentRuntime) ? runtime
        : serviceType == typeof(TimeProvider) ? runtime.Time
        : serviceType == typeof(ILoggerFactory) ? loggers
        : null;
}
