using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>Writes into an <see cref="InMemoryKafka"/>, one record after the other, and reports in order.</summary>
internal sealed class InMemoryProducer(InMemoryKafka kafka, ProducerSettings settings) : IKafkaProducer
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Queue<(TopicPartition Partition, Message<byte[]?, FlumeEvent> Message, Action<DeliveryReport<byte[]?, FlumeEvent>> Report)> _queue = new();
    private Task _sending = Task.CompletedTask;
    private bool _isClosed;

    /// <summary>Most records that wait.</summary>
    public const int Room = 500;

    public bool TryProduce(TopicPartition partition, Message<byte[]?, FlumeEvent> message, Action<DeliveryReport<byte[]?, FlumeEvent>> report)
    {
        if (_queue.Count == Room)
        {
            return false;
        }

        _queue.Enqueue((partition, message, report));
        if (_sending.IsCompleted)
        {
            _sending = kafka.Runtime.Start(SendAsync);
        }

        return true;
    }

    public async Task<bool> ProbeAsync()
    {
        await kafka.DelayAsync();
        return true;
    }

    public async Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics)
    {
        await kafka.DelayAsync();
        return topics.ToDictionary(topic => topic, kafka.TopicId);
    }

    public async Task CloseAsync()
    {
        _isClosed = true;
        await _sending;
    }

    private async Task SendAsync()
    {
        while (_queue.Count > 0 && !_isClosed)
        {
            await kafka.DelayAsync();
            for (var count = _queue.Count; count > 0 && !_isClosed; count--)
            {
                var (partition, message, report) = _queue.Dequeue();
                var place = new TopicPartition(partition.Topic, partition.Partition == Partition.Any ? 0 : partition.Partition);
                if (!_known.TryAdd(place.Topic, kafka.TopicId(place.Topic)) && _known[place.Topic] != kafka.TopicId(place.Topic))
                {
                    continue; // asks the leader of the former topic, for ever
                }

                var error = kafka.OnProduce();
                if (error is null)
                {
                    kafka.Append(place, message.Key, settings.Serialize(message.Value));
                }

                report(new DeliveryReport<byte[]?, FlumeEvent> { Message = message, TopicPartitionOffsetError = new(place, 0, new Error(error ?? ErrorCode.NoError)) });
            }
        }
    }
}
