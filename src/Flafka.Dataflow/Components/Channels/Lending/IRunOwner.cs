namespace Flafka.Dataflow.Components.Channels;

/// <summary>What a lease tells the channel that gave it. Thread-safe.</summary>
internal interface IRunOwner<TBatch>
    where TBatch : class, IStoredEvents
{
    void OnCommitted(EventRun<TBatch> run);

    void OnRolledBack(EventRun<TBatch> run);

    /// <summary>The events of the run need not be in memory any more.</summary>
    /// <returns>The same run, without them where the channel has them on disk.</returns>
    EventRun<TBatch> Release(EventRun<TBatch> run) => run;

    /// <summary>Lends on; called outside all locks.</summary>
    void PumpAll();
}
