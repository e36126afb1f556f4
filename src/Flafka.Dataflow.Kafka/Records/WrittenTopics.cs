using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>The topics that a producer has written to, with the ids that they had when it began. Thread-safe.</summary>
internal sealed class WrittenTopics
{
    private readonly ConcurrentDictionary<string, string?> _ids = new(StringComparer.Ordinal); // no id: not asked for yet
    private volatile string? _last;
    private volatile bool _isAny;

    /// <summary>Something is written to a topic.</summary>
    public void Add(string topic)
    {
        _isAny = true;
        if (!ReferenceEquals(topic, _last))
        {
            _ids.TryAdd(topic, null);
            _last = topic;
        }
    }

    /// <summary>A topic that is another one than before under the same name; asks the brokers if anything was written since it did so last.</summary>
    public async Task<string?> FindMadeAnewAsync(IKafkaProducer producer)
    {
        if (!_isAny)
        {
            return null;
        }

        _isAny = false;
        try
        {
            var found = await producer.TopicIdsAsync([.. _ids.Keys]);
            return found.Where(topic => !_ids.TryUpdate(topic.Key, topic.Value, null) && _ids[topic.Key] != topic.Value).Select(topic => topic.Key).FirstOrDefault();
        }
        catch (KafkaException)
        {
            _isAny = true;
            return null; // whoever cannot reach the server does not know
        }
    }

    /// <summary>The producer is another one.</summary>
    public void Clear()
    {
        _ids.Clear();
        _last = null;
    }
}
