using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Confluent.Kafka's producer.</summary>
internal sealed class ConfluentProducer : IKafkaProducer
{
    private readonly AgentRuntime _runtime;
    private readonly IProducer<byte[]?, FlumeEvent> _producer;
    private readonly IAdminClient _admin; // asks by the producer's connections
    private int _isClosed;

    public ConfluentProducer(AgentRuntime runtime, ProducerSettings settings, ILogger log)
    {
        _runtime = runtime;
        _producer = new ProducerBuilder<byte[]?, FlumeEvent>(settings.Config.Settings)
            .SetKeySerializer(Keys.Instance)
            .SetValueSerializer(new Values(settings.Serialize))
            .SetErrorHandler((_, error) => settings.OnError(error))
            .SetLogHandler((_, message) => ConfluentLog.Write(log, message))
            .Build();
        _admin = new DependentAdminClientBuilder(_producer.Handle).Build();
    }

    public bool TryProduce(TopicPartition partition, Message<byte[]?, FlumeEvent> message, Action<DeliveryReport<byte[]?, FlumeEvent>> report)
    {
        try
        {
            _producer.Produce(partition, message, report);
            return true;
        }
        catch (ProduceException<byte[]?, FlumeEvent> failure) when (failure.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    public Task<bool> ProbeAsync() => _runtime.External(() => ConfluentClientFactory.Probe(_admin));

    public Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics) =>
        _runtime.External(() => ConfluentClientFactory.TopicIdsAsync(_admin, topics));

    public Task CloseAsync() => Interlocked.Exchange(ref _isClosed, 1) != 0 ? Task.CompletedTask : _runtime.External(() =>
    {
        _admin.Dispose();
        _producer.Dispose();
        return true;
    });

    private sealed class Keys : ISerializer<byte[]?>
    {
        public static readonly Keys Instance = new();

        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }

    private sealed class Values(Func<FlumeEvent, byte[]> serialize) : ISerializer<FlumeEvent>
    {
        public byte[] Serialize(FlumeEvent data, SerializationContext context) => serialize(data);
    }
}
