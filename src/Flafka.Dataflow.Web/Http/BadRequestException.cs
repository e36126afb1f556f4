namespace Flafka.Dataflow.Web;

/// <summary>A request is malformed: its client made a mistake, and sending it again does not help.</summary>
public sealed class BadRequestException : Exception
{
    /// <summary>Without a text.</summary>
    public BadRequestException()
    {
    }

    /// <summary>With a text that tells the client what is wrong.</summary>
    public BadRequestException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and a cause.</summary>
    public BadRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
