using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow;

/// <summary>
/// Knows how far a source that can read again may forget: positions in the order sent, advanced over the contiguous settled prefix only.
/// </summary>
/// <typeparam name="T">A position: the place behind a batch, where reading goes on when everything before is settled.</typeparam>
/// <param name="start">Where the source begins.</param>
/// <remarks>Thread-safe; receipts may settle on any thread.</remarks>
public sealed class PositionTracker<T>(T start)
{
    private readonly Lock _sync = new();
    private readonly Queue<Entry> _inOrder = new();
    private T _settled = start;
    private int _unsettled;
    private bool _hasRejection;

    /// <summary>Set whenever the prefix advances, a batch is rejected, or the last one in flight settles. For the source's own loop.</summary>
    public AsyncSignal Changed { get; } = new();

    /// <summary>The end of the settled prefix: everything before is delivered.</summary>
    public T Settled
    {
        get
        {
            lock (_sync)
            {
                return _settled;
            }
        }
    }

    /// <summary>Batches sent and not settled.</summary>
    public int Unsettled
    {
        get
        {
            lock (_sync)
            {
                return _unsettled;
            }
        }
    }

    /// <summary>Whether a batch was rejected since the last rewind: nothing behind it counts.</summary>
    public bool HasRejection
    {
        get
        {
            lock (_sync)
            {
                return _hasRejection;
            }
        }
    }

    /// <summary>Adds a batch behind all others.</summary>
    /// <param name="end">The position behind it.</param>
    /// <returns>The receipt to send the batch with.</returns>
    public Receipt Track(T end)
    {
        var entry = new Entry(this, end);
        lock (_sync)
        {
            _inOrder.Enqueue(entry);
            _unsettled++;
        }

        return Receipt.Create(entry);
    }

    /// <summary>After a rejection, once nothing is in flight any more: forgets what was sent behind the prefix.</summary>
    /// <param name="position">Where to read on.</param>
    /// <returns>False when there was no rejection, or something is still in flight.</returns>
    public bool TryRewind([MaybeNullWhen(false)] out T position)
    {
        lock (_sync)
        {
            position = _settled;
            if (!_hasRejection || _unsettled > 0)
            {
                return false;
            }

            _hasRejection = false;
            _inOrder.Clear();
            return true;
        }
    }

    private void Settle(Entry entry, Settlement settlement)
    {
        bool isNews;
        lock (_sync)
        {
            _unsettled--;
            entry.IsDelivered = settlement.IsDelivered;
            _hasRejection |= !settlement.IsDelivered;
            isNews = !settlement.IsDelivered || _unsettled == 0;
            while (_inOrder.TryPeek(out var first) && first.IsDelivered)
            {
                _settled = first.End;
                _inOrder.Dequeue();
                isNews = true;
            }
        }

        if (isNews)
        {
            Changed.Set();
        }
    }

    private sealed class Entry(PositionTracker<T> tracker, T end) : IReceiptOwner
    {
        public T End { get; } = end;

        public bool IsDelivered { get; set; }

        public void OnSettled(Settlement settlement) => tracker.Settle(this, settlement);
    }
}
