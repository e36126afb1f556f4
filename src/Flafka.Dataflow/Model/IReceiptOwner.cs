namespace Flafka.Dataflow;

/// <summary>Learns how a duty ended; see <see cref="Receipt.Create(Action{Settlement})"/> for what it may do.</summary>
internal interface IReceiptOwner
{
    void OnSettled(Settlement settlement);
}
