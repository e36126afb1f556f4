using System.Collections.Immutable;

namespace Flafka.Dataflow.Kafka;

/// <summary>Records of one lane, read together; their offsets follow one another.</summary>
/// <param name="lane">The lane.</param>
/// <param name="polled">The records.</param>
/// <param name="from">The end of the batch before: offsets between belong to no record (deleted ones, marks of transactions).</param>
internal sealed class LaneBatch(PartitionLane lane, PolledBatch polled, long from)
{
    public PartitionLane Lane { get; } = lane;

    public ImmutableArray<FlumeEvent> Events { get; } = polled.ToEvents();

    public long Bytes { get; } = polled.Bytes;

    public long First { get; } = polled.First;

    public long From { get; } = from;
}

/// <summary>Neighbouring events of one batch.</summary>
internal readonly record struct LaneRun(LaneBatch Batch, int Start, int Count)
{
    /// <summary>The offset of the first.</summary>
    public long Offset => Batch.First + Start;

    /// <summary>What has to be settled before it, so that it continues the prefix.</summary>
    public long From => Start == 0 ? Batch.From : Offset;

    /// <summary>The offset behind the last.</summary>
    public long To => Offset + Count;

    public long BodyBytes
    {
        get
        {
            if (Count == Batch.Events.Length)
            {
                return Batch.Bytes;
            }

            long sum = 0;
            foreach (var flumeEvent in Batch.Events.AsSpan().Slice(Start, Count))
            {
                sum += flumeEvent.Body.Length;
            }

            return sum;
        }
    }
}
