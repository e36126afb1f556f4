namespace Flafka.Dataflow;

/// <summary>One of several writes that go to the disk together.</summary>
/// <param name="file">The open file.</param>
/// <param name="bytes">What is written; stays as it is until the write is done.</param>
/// <param name="position">Where in the file.</param>
public sealed class StorageWrite(IStorageFile file, ReadOnlyMemory<byte> bytes, long position)
{
    /// <summary>The open file.</summary>
    public IStorageFile File { get; } = file;

    /// <summary>What is written.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Where in the file.</summary>
    public long Position { get; } = position;

    /// <summary>Why it failed; <see langword="null"/> when it did not.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Writes one after the other, each to its own end.</summary>
    /// <param name="writes">To different files.</param>
    /// <param name="abort">Cancels.</param>
    public static async ValueTask EachAsync(IReadOnlyList<StorageWrite> writes, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(writes);
        foreach (var write in writes)
        {
            try
            {
                await write.File.WriteAsync(write.Bytes, write.Position, abort);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                write.Failure = failure;
            }
        }
    }
}
