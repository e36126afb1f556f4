namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>A file written from its beginning to its end in one go. One call at a time; disposing it before it is finished leaves something worthless.</summary>
internal interface IWholeFile : IAsyncDisposable
{
    /// <summary>Writes the next bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort);

    /// <summary>Closes the file; when it returns all of it is there, and synced where that was asked for.</summary>
    ValueTask FinishAsync(CancellationToken abort);
}
