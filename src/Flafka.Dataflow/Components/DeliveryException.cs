namespace Flafka.Dataflow;

/// <summary>Events could not be delivered now; trying again makes sense.</summary>
public class DeliveryException : Exception
{
    /// <summary>Without a text.</summary>
    public DeliveryException()
    {
    }

    /// <summary>With a text that says what happened.</summary>
    public DeliveryException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and a cause.</summary>
    public DeliveryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
