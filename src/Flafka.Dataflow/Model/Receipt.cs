namespace Flafka.Dataflow;

/// <summary>
/// One share of the duty to settle a batch. The callback runs once, when the last share settles, with the worst outcome.
/// </summary>
/// <remarks>
/// Whoever holds a share settles it exactly once or hands it on. The first share is made by <see cref="Create(Action{Settlement})"/>; <see cref="Fork"/> adds
/// one and is legal only on a share that is still open, so the callback cannot run before the one who forks has settled its own share.
/// Thread-safe.
/// </remarks>
public sealed class Receipt
{
    private readonly Receipt _root;
    private readonly object? _onSettled; // an Action or an IReceiptOwner; only the root has one
    private Exception? _reason;
    private int _openShares;
    private int _isSettled;

    private Receipt(Receipt? root, object? onSettled)
    {
        _root = root ?? this;
        _onSettled = onSettled;
        Observer?.Opened(this);
    }

#if DEBUG
    /// <summary>Debug builds name a share that was collected while open: somewhere a batch was dropped.</summary>
    ~Receipt()
    {
        if (Volatile.Read(ref _isSettled) == 0)
        {
            System.Diagnostics.Trace.TraceError("A batch was collected unsettled. Its receipt was made here: " + _origin);
        }
    }

    private readonly string _origin = Environment.StackTrace;
#endif

    /// <summary>Watches every share of the process; set by tests only.</summary>
    internal static IReceiptObserver? Observer { get; set; }

    /// <summary>The observer's own mark.</summary>
    internal object? Mark { get; set; }

    /// <summary>Whether the duty was ever shared: another channel may hold a part of it.</summary>
    internal bool IsShared { get; private set; }

    /// <summary>Makes the first share of a new duty.</summary>
    /// <param name="onSettled">Called once, on whichever thread settles last. It must be thread-safe and quick, and never block or throw.</param>
    public static Receipt Create(Action<Settlement> onSettled)
    {
        ArgumentNullException.ThrowIfNull(onSettled);
        return new Receipt(null, onSettled) { _openShares = 1 };
    }

    /// <summary>The same for the engine's own objects, without a delegate for each batch.</summary>
    internal static Receipt Create(IReceiptOwner owner) => new(null, owner) { _openShares = 1 };

    /// <summary>Adds a share.</summary>
    /// <exception cref="InvalidOperationException">This share is settled already.</exception>
    public Receipt Fork()
    {
        if (Volatile.Read(ref _isSettled) != 0)
        {
            throw new InvalidOperationException("A settled share cannot be forked.");
        }

        _root.IsShared = true;
        Interlocked.Increment(ref _root._openShares);
        return new Receipt(_root, null) { IsShared = true };
    }

    /// <summary>Settles this share. The last one to settle runs the callback.</summary>
    /// <exception cref="InvalidOperationException">This share is settled already.</exception>
    public void Settle(Settlement settlement)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) != 0)
        {
            throw new InvalidOperationException("A share is settled once.");
        }

        Observer?.Settled(this);
#if DEBUG
#pragma warning disable CA1816 // settling is this type's way of being disposed of
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
#endif
        if (!settlement.IsDelivered)
        {
            Interlocked.CompareExchange(ref _root._reason, settlement.Reason, null);
        }

        if (Interlocked.Decrement(ref _root._openShares) == 0)
        {
            var reason = Volatile.Read(ref _root._reason);
            var settled = reason is null ? Settlement.Delivered : Settlement.Rejected(reason);
            if (_root._onSettled is IReceiptOwner owner)
            {
                owner.OnSettled(settled);
            }
            else
            {
                ((Action<Settlement>)_root._onSettled!)(settled);
            }
        }
    }
}
