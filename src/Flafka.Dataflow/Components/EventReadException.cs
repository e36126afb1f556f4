namespace Flafka.Dataflow;

/// <summary>
/// A source could not read, or could not understand, what it reads from. Counted as <see cref="FlumeCounter.EventReadFail"/>; the source is
/// started again after a pause, like after any other failure.
/// </summary>
public class EventReadException : Exception
{
    /// <summary>Without a text.</summary>
    public EventReadException()
    {
    }

    /// <summary>With a text that says what happened and what to do.</summary>
    public EventReadException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and a cause.</summary>
    public EventReadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
