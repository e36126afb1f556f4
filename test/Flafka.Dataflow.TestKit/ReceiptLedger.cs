using NUnit.Framework;

namespace Flafka.Dataflow.TestKit;

/// <summary>Counts the open shares of all receipts made while it is the ledger of the running test. Tests run side by side keep apart.</summary>
public sealed class ReceiptLedger : IDisposable
{
    private static readonly AsyncLocal<ReceiptLedger?> Current = new();
    private int _open;
    private int _opened;

    static ReceiptLedger() => Receipt.Observer = new Observer();

    private ReceiptLedger()
    {
    }

    /// <summary>Shares made and not settled.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Shares made.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Starts a ledger for what this test, and whatever it starts, does from now on.</summary>
    public static ReceiptLedger Begin()
    {
        var ledger = new ReceiptLedger();
        Current.Value = ledger;
        return ledger;
    }

    /// <summary>Fails when a share is open.</summary>
    public void AssertNoneOpen() => Assert.That(Open, Is.Zero, $"open shares of {Opened} that were made");

    public void Dispose() => Current.Value = null;

    private sealed class Observer : IReceiptObserver
    {
        // A share is settled in the ledger that saw it made, wherever that happens.
        public void Opened(Receipt share)
        {
            if (Current.Value is { } ledger)
            {
                share.Mark = ledger;
                Interlocked.Increment(ref ledger._open);
                Interlocked.Increment(ref ledger._opened);
            }
        }

        public void Settled(Receipt share)
        {
            if (share.Mark is ReceiptLedger ledger)
            {
                Interlocked.Decrement(ref ledger._open);
            }
        }
    }
}
