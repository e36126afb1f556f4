namespace Flafka.Dataflow;

/// <summary>An event can never be written, however often it is tried.</summary>
public sealed class PoisonEventException : DeliveryException
{
    /// <summary>Names the event.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="innerException">The cause.</param>
    public PoisonEventException(string message, int index, Exception? innerException = null)
        : base(message, innerException!) => Index = index;

    /// <summary>The place of the event in the batch.</summary>
    public int Index { get; }
}
