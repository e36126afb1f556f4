using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>Events of one partition, in order.</summary>
internal sealed class PolledBatch(TopicPartition partition, long first)
{
    private FlumeEvent[] _events = new FlumeEvent[16];

    public TopicPartition Partition { get; } = partition;

    /// <summary>Whether these are records that go to the topic for undecodable ones.</summary>
    public bool IsUndecodable { get; init; }

    /// <summary>The offset of the first record.</summary>
    public long First { get; } = first;

    /// <summary>The offset behind the last record.</summary>
    public long Next { get; private set; } = first;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(FlumeEvent flumeEvent, long offset)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, Count * 2);
        }

        _events[Count++] = flumeEvent;
        Bytes += flumeEvent.Body.Length;
        Next = offset + 1;
    }

    /// <summary>Takes the events of the next batch of the same partition in.</summary>
    public void Append(PolledBatch next)
    {
        if (Count + next.Count > _events.Length)
        {
            Array.Resize(ref _events, Math.Max(Count + next.Count, _events.Length * 2));
        }

        next._events.AsSpan(0, next.Count).CopyTo(_events.AsSpan(Count));
        Count += next.Count;
        Bytes += next.Bytes;
        Next = next.Next;
    }

    /// <summary>The events; nothing is added afterwards.</summary>
    public ImmutableArray<FlumeEvent> ToEvents()
    {
        if (_events.Length != Count)
        {
            Array.Resize(ref _events, Count);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(_events);
    }
}
