using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes the clients that talk to a cluster; the seam behind which threads and sockets live. Tests put scripted ones in its place.</summary>
internal interface IKafkaClientFactory
{
    /// <summary>A consumer that has joined nothing yet.</summary>
    IKafkaConsumer CreateConsumer(ConsumerSettings settings);

    /// <summary>A producer; it connects by itself and does not wait for that.</summary>
    IKafkaProducer CreateProducer(ProducerSettings settings);

    /// <summary>The id of the cluster that a client with these settings reaches. Blocks.</summary>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    string ClusterId(ClientConfig config, TimeSpan limit);
}

/// <summary>What a consumer is made with.</summary>
/// <param name="Config">The client's settings.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Topics">What to subscribe to: names, or one pattern that begins with <c>^</c>.</param>
/// <param name="Read">Makes an event of a record; called on the consumer's own thread.</param>
/// <param name="OnError">Told of errors of the client itself, on any thread.</param>
/// <param name="IsUndecodable">Whether the event made last goes to a topic for undecodable records; on the same thread.</param>
/// <param name="StartsAtEnd">Whether a group without offsets starts at the end of a topic, as <see cref="StartPositions"/> says.</param>
internal sealed record ConsumerSettings(
    ClientConfig Config, string GroupId, IReadOnlyList<string> Topics, Func<ConsumeResult<byte[]?, byte[]?>, FlumeEvent> Read, Func<bool> IsUndecodable,
    Action<Error> OnError, bool StartsAtEnd);

/// <summary>What a producer is made with.</summary>
/// <param name="Config">The client's settings.</param>
/// <param name="Serialize">Makes the value of a record; called during <see cref="IKafkaProducer.TryProduce"/>.</param>
/// <param name="OnError">Told of errors of the client itself, on any thread.</param>
internal sealed record ProducerSettings(ClientConfig Config, Func<FlumeEvent, byte[]> Serialize, Action<Error> OnError);
