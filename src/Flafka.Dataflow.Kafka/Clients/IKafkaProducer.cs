using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>A producer as the sink sees it. Reports come on the producer's own thread.</summary>
internal interface IKafkaProducer
{
    /// <summary>Puts a record into the producer's queue.</summary>
    /// <param name="partition">Where to; <see cref="Partition.Any"/>: the partitioner decides.</param>
    /// <param name="message">The record.</param>
    /// <param name="report">Called once, when the broker has confirmed the record or never will. Quick, and never throws.</param>
    /// <returns>False: the queue is full, try again after the next report.</returns>
    /// <exception cref="KafkaException">The record can never be sent.</exception>
    bool TryProduce(TopicPartition partition, Message<byte[]?, FlumeEvent> message, Action<DeliveryReport<byte[]?, FlumeEvent>> report);

    /// <summary>Whether a broker answers. Comes back on the graph's scheduler.</summary>
    Task<bool> ProbeAsync();

    /// <inheritdoc cref="IKafkaConsumer.TopicIdsAsync"/>
    Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics);

    /// <summary>Ends the producer; what it still has is dropped, and may have been written or not. Legal more than once.</summary>
    Task CloseAsync();
}
