namespace Flafka.Dataflow.Kafka;

/// <summary>A batch put into a channel, whose records are on their way to the topic.</summary>
internal sealed class PendingPut(EventBatch batch, Action<PendingPut> onSettled) : PendingRecords(batch.Events)
{
    private int _isSettled;

    public EventBatch Batch { get; } = batch;

    /// <summary>Delivered when every record is written. Otherwise all of it is rejected, and what was written comes twice when the source tries again.</summary>
    public override void Settle()
    {
        onSettled(this);
        Answer(Failures() is null ? Settlement.Delivered : Settlement.Rejected(Reason!));
    }

    /// <summary>Nobody waits for the reports any more.</summary>
    public void Refuse(Exception reason) => Answer(Settlement.Rejected(reason));

    private void Answer(Settlement settlement)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            Batch.Receipt.Settle(settlement);
        }
    }
}
