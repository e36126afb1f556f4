namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>Somebody else has made a file of this name; it is not ours to touch.</summary>
internal sealed class NameTakenException : IOException
{
    public NameTakenException()
    {
    }

    public NameTakenException(string message)
        : base(message)
    {
    }

    public NameTakenException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
