namespace Flafka.Dataflow;

/// <summary>How the duty for a batch ended.</summary>
/// <param name="IsDelivered">True: dealt with for good. False: rejected; whoever sent it still owns the events.</param>
/// <param name="Reason">Why it was rejected; <see langword="null"/> when delivered.</param>
public readonly record struct Settlement(bool IsDelivered, Exception? Reason)
{
    /// <summary>Dealt with for good: delivered, or filtered on purpose.</summary>
    public static Settlement Delivered { get; } = new(true, null);

    /// <summary>Not taken; the sender may send again.</summary>
    public static Settlement Rejected(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Settlement(false, reason);
    }
}
