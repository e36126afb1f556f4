using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Topics that are deleted and made again under their old names. The client does not tell them apart: it reads on where it was in the old one, and where the
/// new one's leader has a lower epoch it ignores all that brokers say of it, for ever. So the loop compares the ids of topics and takes a new client.
/// </summary>
internal sealed partial class ConsumerLoop
{
    private static readonly Task<IReadOnlyDictionary<string, string>> NothingAsked =
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    private readonly Dictionary<string, string> _topicIds = new(StringComparer.Ordinal); // what the client knows
    private ImmutableArray<TopicPartitionOffset> _beginnings = []; // what the group was told of old topics holds for the new ones until these are committed
    private Task<IReadOnlyDictionary<string, string>> _asking = NothingAsked;
    private long _lastAsked;
    private volatile bool _mustAsk;
    private volatile bool _isTopicGone; // nothing is committed: by now another one may have its name

    /// <summary>Asks beside the polls, and takes the answer in with a later one.</summary>
    private async Task CheckTopicsAsync()
    {
        if (!_asking.IsCompleted)
        {
            return;
        }

        var found = await _asking;
        _asking = NothingAsked;
        _isTopicGone &= _assigned.Any(pair => pair.Value.TopicId is not null && !found.ContainsKey(pair.Key.Topic));
        if (IsAnyMadeAnew(found))
        {
            await RenewAsync();
        }
        else if (_assigned.Count > 0 && !Brokers.IsAway && (_mustAsk || owner.Runtime.Time.GetElapsedTime(_lastAsked) >= settings.TopicTime))
        {
            _mustAsk = false;
            _lastAsked = owner.Runtime.Time.GetTimestamp();
            _asking = TopicIdsAsync(_assigned.Keys);
        }
    }

    /// <summary>Before the last commit of partitions that go: what was settled of a deleted topic is no offset of the new one.</summary>
    private async Task CheckBeforeLastCommitAsync(IEnumerable<TopicPartition> partitions)
    {
        if (!Brokers.IsAway)
        {
            IsAnyMadeAnew(await TopicIdsAsync(partitions), isLast: true);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IEnumerable<TopicPartition> partitions)
    {
        try
        {
            return await consumer.TopicIdsAsync([.. partitions.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal)]);
        }
        catch (KafkaException)
        {
            return await NothingAsked; // whoever cannot reach the server does not know
        }
    }

    private bool IsAnyMadeAnew(IReadOnlyDictionary<string, string> found, bool isLast = false)
    {
        var isAny = false;
        foreach (var (topic, topicId) in found)
        {
            if (_topicIds.TryAdd(topic, topicId) || _topicIds[topic] == topicId)
            {
                continue;
            }

            isAny = true;
            if (!isLast)
            {
                MadeAnew(owner.Id, topic);
            }
        }

        foreach (var (partition, place) in _assigned.ToArray())
        {
            if (!found.TryGetValue(partition.Topic, out var topicId) || place.TopicId == topicId)
            {
                continue;
            }

            if (place.TopicId is null)
            {
                _assigned[partition] = place with { TopicId = topicId };
                continue;
            }

            records.Forget([partition]);
            _assigned.Remove(partition);
            ImmutableInterlocked.Update(ref _beginnings, static (all, one) => all.Add(one), new TopicPartitionOffset(partition, 0));
        }

        return isAny;
    }

    private static bool IsTopicGone(KafkaException failure) => failure.Error.Code == ErrorCode.UnknownTopicOrPart
        || (failure is TopicPartitionOffsetException some && some.Results.Exists(result => result.Error.Code == ErrorCode.UnknownTopicOrPart));

    private async Task RenewAsync()
    {
        TopicPartition[] partitions = [.. _assigned.Keys];
        await GiveBackAsync(partitions);
        await DropAsync(partitions);
        _beginnings = [];
        _topicIds.Clear();
        await consumer.RenewAsync();
    }

    [LoggerMessage(KafkaEventIds.TopicMadeAnew, LogLevel.Warning, "{Component}: topic '{Topic}' was deleted and made again; it is read from its first record, with a new client.")]
    private partial void MadeAnew(ComponentId component, string topic);
}
