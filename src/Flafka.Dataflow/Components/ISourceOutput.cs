using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Where a source hands its events over.</summary>
public interface ISourceOutput
{
    /// <summary>
    /// For sources with a waiting client: completes when all required channels took the events, or refused them. A full channel is
    /// waited for as long as its <c>keep-alive</c> says.
    /// </summary>
    /// <returns>Delivered, or rejected with the reason. Never throws for a refused batch.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired before the batch was taken; nothing was sent.</exception>
    ValueTask<Settlement> DeliverAsync(ImmutableArray<FlumeEvent> events, CancellationToken stopping);

    /// <summary>
    /// For sources that can read again (Kafka, spooldir, taildir): returns as soon as the graph accepted the batch; its receipt reports
    /// later. At most 64 batches of a source are unsettled at a time, the next one waits.
    /// </summary>
    /// <remarks>The duty passes with the call, also when it throws: then the receipt has been rejected.</remarks>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired while waiting.</exception>
    ValueTask SendAsync(EventBatch batch, CancellationToken stopping);

    /// <summary>
    /// After a rejected receipt the graph rejects every later batch of <see cref="SendAsync"/> as well, so that order holds. A source
    /// that learns of a rejection waits until all it sent is settled, goes back to its settled position, calls this and sends again.
    /// </summary>
    void AcknowledgeRejection();

    /// <summary>Counts something that came in and could not be read, such as a malformed request (<c>EventReadFail</c>).</summary>
    void ReportUnreadable()
    {
    }

    /// <summary>
    /// The source waits for receipts (+1) or waits no more (-1), for example because it must give a partition back. While it waits, sinks that
    /// hold events are asked to settle them.
    /// </summary>
    void Waits(int change)
    {
    }
}
