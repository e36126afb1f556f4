using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Options of the <c>memory</c> channel.</summary>
public sealed class MemoryChannelOptions : ITransactionLimited, IAcknowledging, IValidatableObject
{
    /// <summary>Most events held, those lent to sinks included.</summary>
    [Option("capacity", Unit = "events"), Range(1, int.MaxValue)]
    public int Capacity { get; init; } = 100;

    /// <summary>Most events in one put or one lease; not more than <c>capacity</c>.</summary>
    [Option("transactionCapacity", Unit = "events"), Range(1, int.MaxValue)]
    public int TransactionCapacity { get; init; } = 100;

    /// <summary>How long a put for a waiting client waits for room before it is refused.</summary>
    [Option("keep-alive", Unit = "s")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Most bytes of event bodies. Without it: an equal share, among all memory channels of the process, of half the memory that the process may use.
    /// Less than 100 bytes means no limit, as in Flume.
    /// </summary>
    [Option("byteCapacity", Unit = "bytes")]
    public long? ByteCapacity { get; init; }

    /// <summary>Part of <c>byteCapacity</c> set aside for headers, in percent.</summary>
    [Option("byteCapacityBufferPercentage", Unit = "percent")]
    public int ByteCapacityBufferPercentage { get; init; } = 20;

    /// <summary>
    /// When the source is told that events are delivered. <c>channel</c>: when they are in this channel, which a crash empties.
    /// <c>end-to-end</c>: when a sink has committed them. <c>auto</c>: end-to-end for sources that can read again, else channel.
    /// </summary>
    [Option("acknowledge")]
    public AcknowledgeMode Acknowledge { get; init; } = AcknowledgeMode.Auto;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TransactionCapacity > Capacity)
        {
            yield return new ValidationResult(
                $"transactionCapacity {TransactionCapacity} is greater than capacity {Capacity}; set capacity = {TransactionCapacity} or more",
                [nameof(TransactionCapacity)]);
        }
    }

    /// <summary>The byte budget that results, given the share of this channel when <c>byteCapacity</c> is not set.</summary>
    internal long ByteBudget(long share)
    {
        // Flume-compatible: slots of 100 bytes, rounded in double arithmetic; a budget below one slot means no limit.
        var slots = (ByteCapacity ?? share) * (1 - (ByteCapacityBufferPercentage * 0.01)) / 100;
        return slots < 1 || slots >= int.MaxValue ? int.MaxValue * 100L : (int)slots * 100L;
    }
}
