namespace Flafka.Dataflow;

/// <summary>Implemented by options of channels that bound the size of a transaction.</summary>
public interface ITransactionLimited
{
    /// <summary>Most events in one put or one lease.</summary>
    int TransactionCapacity { get; }
}
