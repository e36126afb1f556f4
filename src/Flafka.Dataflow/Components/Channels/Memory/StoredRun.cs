namespace Flafka.Dataflow.Components.Channels;

/// <summary>Neighbouring events of one stored batch.</summary>
internal readonly record struct StoredRun(StoredBatch Batch, int Start, int Count)
{
    public long Sequence => Batch.FirstSequence + Start;

    public bool IsWhole => Count == Batch.Events.Length;

    public long BodyBytes
    {
        get
        {
            if (IsWhole)
            {
                return Batch.BodyBytes;
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
