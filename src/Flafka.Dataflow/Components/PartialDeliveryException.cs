using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Some events of a batch could not be delivered; the others were. The channel takes back only the failed ones.</summary>
public sealed class PartialDeliveryException : DeliveryException
{
    /// <summary>Names the failed events.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="failedIndexes">Their places in the batch; at least one. With a place that the batch does not have, the whole batch has failed.</param>
    /// <param name="innerException">The first cause.</param>
    public PartialDeliveryException(string message, ImmutableArray<int> failedIndexes, Exception? innerException = null)
        : base(message, innerException!)
    {
        if (failedIndexes.IsDefaultOrEmpty)
        {
            throw new ArgumentException("At least one event must have failed.", nameof(failedIndexes));
        }

        FailedIndexes = failedIndexes;
    }

    /// <summary>The places of the failed events in the batch.</summary>
    public ImmutableArray<int> FailedIndexes { get; }
}
