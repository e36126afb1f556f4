using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>The topics that a producer has written to, with the ids that they had when it began. Thread-safe.</summary>
internal sealed class WrittenTopics
{
    private const int MostAsked = 100;

    private readonly ConcurrentDictionary<string, string?> _ids = new(StringComparer.Ordinal); // no id: not asked for yet
    private volatile string? _last;
    private volatile bool _isAny;
    private int _turn;

    /// <summary>Something is written to a topic.</summary>
    public void Add(string topic)
    {
        _isAny = true;
        if (!ReferenceEquals(topic, _last))
        {
            if (!_ids.ContainsKey(topic)) // takes no lock
            {
                _ids.TryAdd(topic, null);
            }

            _last = topic;
        }
    }

    /// <summary>A topic that is another one than before under the same name. Asks the brokers about so many topics; where there are more they take turns.</summary>
    /// <param name="producer">Asks.</param>
    /// <param name="isWaiting">Whether anything is not reported yet; otherwise they are asked only if anything was written since the last time.</param>
    public async Task<string?> FindMadeAnewAsync(IKafkaProducer producer, bool isWaiting)
    {
        if (_ids.IsEmpty || (!_isAny && !isWaiting))
        {
            return null;
        }

        _isAny = false;
        try
        {
            var found = await producer.TopicIdsAsync(Turn());
            return found.Where(topic => !_ids.TryUpdate(topic.Key, topic.Value, null) && _ids[topic.Key] != topic.Value).Select(topic => topic.Key).FirstOrDefault();
        }
        catch (KafkaException)
        {
            _isAny = true;
            return null; // whoever cannot reach the server does not know
        }
    }

    private string[] Turn()
    {
        var parts = _ids.Keys.Chunk(MostAsked).ToArray();
        return parts[_turn++ % parts.Length];
    }

    /// <summary>The producer is another one.</summary>
    public void Clear()
    {
        _ids.Clear();
        _last = null;
    }
}
