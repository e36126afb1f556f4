using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Whose clients these are, and what makes them: given to every part of a source, sink or channel.</summary>
internal sealed record ClientOwner(ComponentId Id, AgentRuntime Runtime, ILogger Log, IKafkaClientFactory Clients)
{
    /// <summary>A component as its context tells. Tests have a factory among their services.</summary>
    public static ClientOwner Of<T>(ComponentContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var log = context.Loggers.CreateLogger<T>();
        var clients = context.Services.GetService(typeof(IKafkaClientFactory)) as IKafkaClientFactory ?? new ConfluentClientFactory(context.Runtime, log);
        return new ClientOwner(context.Id, context.Runtime, log, clients);
    }
}
