using System.Text;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>
/// A cluster for simulations: topics with their records and groups that share them out. On the scheduler of the test alone, so that the seed decides
/// which member polls, commits or leaves first. What the real one does at moments that no test can meet on purpose happens here when a test says so.
/// </summary>
internal sealed class InMemoryKafka(AgentRuntime runtime) : IKafkaClientFactory
{
    private readonly Dictionary<TopicPartition, List<Record>> _logs = [];
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _remade = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InMemoryGroup> _groups = new(StringComparer.Ordinal);

    public AgentRuntime Runtime => runtime;

    /// <summary>Failure of the next call that makes a client.</summary>
    public Exception? Broken { get; set; }

    /// <summary>What becomes of a commit, instead of its success.</summary>
    public Func<ErrorCode?> OnCommit { get; set; } = static () => null;

    /// <summary>What becomes of a record, instead of being written.</summary>
    public Func<ErrorCode?> OnProduce { get; set; } = static () => null;

    /// <summary>How long a request takes.</summary>
    public Func<TimeSpan> Latency { get; set; } = static () => TimeSpan.FromMilliseconds(1);

    /// <summary>Most records that one poll brings.</summary>
    public Func<int> PollSize { get; set; } = static () => int.MaxValue;

    public void CreateTopic(string topic, int partitions)
    {
        for (var number = 0; number < partitions; number++)
        {
            _logs.TryAdd(new TopicPartition(topic, number), []);
        }
    }

    /// <summary>Deletes a topic; commits fail until it is made again.</summary>
    public void DeleteTopic(string topic) => _deleted.Add(topic);

    public bool IsDeleted(string topic) => _deleted.Contains(topic);

    /// <summary>Deletes a topic, with the offsets of groups, and makes it again at once.</summary>
    public void RemakeTopic(string topic)
    {
        _deleted.Remove(topic);
        _remade[topic] = _remade.GetValueOrDefault(topic) + 1;
        foreach (var (partition, log) in _logs.Where(pair => pair.Key.Topic == topic))
        {
            log.Clear();
            foreach (var group in _groups.Values)
            {
                group.ForgetOffset(partition);
            }
        }
    }

    public string TopicId(string topic) => $"{topic} {_remade.GetValueOrDefault(topic)}";

    public IEnumerable<TopicPartition> Partitions(IEnumerable<string> topics) => _logs.Keys.Where(partition => topics.Contains(partition.Topic));

    public long Append(TopicPartition partition, byte[]? key, byte[]? value)
    {
        var log = Log(partition);
        log.Add(new Record(key, value));
        foreach (var group in _groups.Values)
        {
            group.OnAppended(partition);
        }

        return log.Count - 1;
    }

    public void Append(TopicPartition partition, string text) => Append(partition, null, Encoding.UTF8.GetBytes(text));

    public IReadOnlyList<Record> Log(string topic, int partition = 0) => Log(new TopicPartition(topic, partition));

    public List<Record> Log(TopicPartition partition) => _logs[partition];

    public InMemoryGroup Group(string name, bool isCooperative = false)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            _groups[name] = group = new InMemoryGroup(this, isCooperative);
        }

        return group;
    }

    public IKafkaConsumer CreateConsumer(ConsumerSettings settings)
    {
        ThrowIfBroken();
        var isCooperative = settings.Config.Settings.GetValueOrDefault("partition.assignment.strategy") == "cooperative-sticky";
        return new InMemoryConsumer(this, Group(settings.GroupId, isCooperative), settings);
    }

    public IKafkaProducer CreateProducer(ProducerSettings settings)
    {
        ThrowIfBroken();
        return new InMemoryProducer(this, settings);
    }

    public string ClusterId(ClientConfig config, TimeSpan limit) => "memory";

    public Task DelayAsync() => runtime.DelayAsync(Latency(), CancellationToken.None);

    private void ThrowIfBroken()
    {
        if (Broken is { } broken)
        {
            throw broken;
        }
    }

    internal sealed record Record(byte[]? Key, byte[]? Value)
    {
        public string Text => Encoding.UTF8.GetString(Value!);
    }
}
