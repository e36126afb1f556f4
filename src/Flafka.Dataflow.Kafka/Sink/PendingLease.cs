namespace Flafka.Dataflow.Kafka;

/// <summary>A lease whose records are on their way.</summary>
internal sealed class PendingLease(Lease lease) : PendingRecords(lease.Events)
{
    /// <summary>Commits what was written and gives back the rest.</summary>
    public override void Settle()
    {
        if (Failures() is var (written, failed))
        {
            lease.Commit(written);
            lease.Rollback(failed, Reason!);
        }
        else
        {
            lease.Commit();
        }
    }
}
