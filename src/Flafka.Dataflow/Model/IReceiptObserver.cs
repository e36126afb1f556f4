namespace Flafka.Dataflow;

/// <summary>Sees every share of every receipt; the ledger of the test kit.</summary>
internal interface IReceiptObserver
{
    void Opened(Receipt share);

    void Settled(Receipt share);
}
