namespace Flafka.Dataflow;

/// <summary>Implemented by options of sources and sinks that move events in batches.</summary>
public interface IBatchSized
{
    /// <summary>Most events in one batch; a channel's <c>transactionCapacity</c> must not be smaller.</summary>
    int BatchSize { get; }
}
