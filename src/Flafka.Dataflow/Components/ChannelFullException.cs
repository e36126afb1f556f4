namespace Flafka.Dataflow;

/// <summary>A channel had no room within its <c>keep-alive</c>; the sender may try again later.</summary>
public sealed class ChannelFullException : DeliveryException
{
    /// <summary>Without a text.</summary>
    public ChannelFullException()
    {
    }

    /// <summary>With a text that names the channel.</summary>
    public ChannelFullException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and a cause.</summary>
    public ChannelFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
