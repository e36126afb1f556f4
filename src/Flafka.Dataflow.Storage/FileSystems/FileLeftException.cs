namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>A file could not be made as it was asked for, and something of its name may be there now.</summary>
internal sealed class FileLeftException : IOException
{
    public FileLeftException()
    {
    }

    public FileLeftException(string message)
        : base(message)
    {
    }

    public FileLeftException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
