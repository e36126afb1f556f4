using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>
/// A consumer group: hands partitions out, and takes them back before others get them. Eager: everybody gives everything back at each change of the
/// members. Cooperative: only what moves.
/// </summary>
internal sealed class InMemoryGroup(InMemoryKafka kafka, bool isCooperative)
{
    private readonly List<InMemoryConsumer> _members = [];
    private readonly Dictionary<TopicPartition, long> _offsets = [];

    /// <summary>Whether partitions are on their way from one member to another.</summary>
    public bool IsRebalancing => _members.Exists(member => member.ToRevoke.Count > 0);

    /// <summary>Told of every commit that is accepted.</summary>
    public Action<TopicPartitionOffset> OnCommitted { get; set; } = static _ => { };

    public long Committed(TopicPartition partition) => _offsets.GetValueOrDefault(partition, PartitionOffsets.None);

    public void ForgetOffset(TopicPartition partition) => _offsets.Remove(partition);

    public bool Has(InMemoryConsumer member) => _members.Contains(member);

    public void Join(InMemoryConsumer member)
    {
        _members.Add(member);
        OnMembersChanged();
    }

    public void Leave(InMemoryConsumer member)
    {
        if (_members.Remove(member))
        {
            member.Owned.Clear();
            member.ToRevoke.Clear();
            OnMembersChanged();
        }
    }

    /// <summary>A member's session ends: others get its partitions at once, and it learns of it later.</summary>
    public void Expire(int number)
    {
        var member = _members[number % _members.Count];
        member.Lost.AddRange(member.Owned);
        Leave(member);
    }

    public int Members => _members.Count;

    /// <summary>A member has let go what it was to give back.</summary>
    public void OnReleased(InMemoryConsumer member, IReadOnlyList<TopicPartition> partitions)
    {
        member.Owned.ExceptWith(partitions);
        member.ToRevoke.ExceptWith(partitions);
        Assign();
    }

    public void Commit(InMemoryConsumer member, IEnumerable<TopicPartitionOffset> offsets)
    {
        if (!_members.Contains(member))
        {
            throw new KafkaException(ErrorCode.UnknownMemberId);
        }

        foreach (var offset in offsets)
        {
            _offsets[offset.TopicPartition] = offset.Offset;
            OnCommitted(offset);
        }
    }

    public void OnAppended(TopicPartition partition)
    {
        foreach (var member in _members.Where(member => member.Owned.Contains(partition)))
        {
            member.Changed.Set();
        }
    }

    private void OnMembersChanged()
    {
        var target = Target();
        foreach (var member in _members)
        {
            member.ToRevoke.UnionWith(isCooperative ? member.Owned.Except(target[member]) : member.Owned);
            member.Changed.Set();
        }

        Assign();
    }

    private void Assign()
    {
        if (IsRebalancing)
        {
            return;
        }

        foreach (var (member, partitions) in Target())
        {
            List<TopicPartition> added = [.. partitions.Except(member.Owned)];
            member.Owned.UnionWith(added);
            member.Assigned = [.. member.Assigned ?? [], .. added];
            member.Changed.Set();
        }
    }

    private Dictionary<InMemoryConsumer, HashSet<TopicPartition>> Target()
    {
        var target = _members.ToDictionary(member => member, _ => new HashSet<TopicPartition>());
        TopicPartition[] all = [.. kafka.Partitions(_members.SelectMany(member => member.Topics).Distinct())];
        for (var i = 0; i < all.Length; i++)
        {
            target[_members[i % _members.Count]].Add(all[i]);
        }

        return target;
    }
}
