namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>Where the files of a sink live. Nothing here ever overwrites.</summary>
/// <remarks>Thread-safe. Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</remarks>
internal interface IFileSystem : IAsyncDisposable
{
    /// <summary>What stands before the path of every file here, such as <c>hdfs://cluster</c>; empty for the disk of this machine.</summary>
    string Root { get; }

    /// <summary>Whether a failed write can be cut off at once, so that the file goes on; otherwise the file is left to a background task.</summary>
    bool CutsAtOnce { get; }

    /// <summary>Makes a new file, and its folder when that is missing. It may come into being with the first write.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="isDurable">Whether the name survives a power cut when this returns.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns><see langword="null"/> when there is a file of this name already.</returns>
    /// <exception cref="FileLeftException">It failed, and the file may be there all the same.</exception>
    ValueTask<IStorageFile?> TryCreateAsync(string path, bool isDurable, CancellationToken abort);

    /// <summary>Makes a new file that is written as one stream and counts only when it is finished.</summary>
    /// <inheritdoc cref="TryCreateAsync" path="/param"/>
    /// <returns><see langword="null"/> when there is a file of this name already.</returns>
    /// <inheritdoc cref="TryCreateAsync" path="/exception"/>
    ValueTask<IWholeFile?> TryCreateWholeAsync(string path, bool isDurable, CancellationToken abort);

    /// <summary>Opens a file; <see langword="null"/> when there is none.</summary>
    ValueTask<IStorageFile?> TryOpenAsync(string path, bool forWriting, CancellationToken abort);

    /// <summary>Sees to it that a file of a writer that is gone is closed.</summary>
    /// <returns>Whether it is; otherwise that takes a while, and asking again drives it on.</returns>
    ValueTask<bool> TryCloseAsync(string path, CancellationToken abort);

    /// <summary>Writes to several files at once. A write that fails says so itself and holds up no other.</summary>
    ValueTask WriteAsync(IReadOnlyList<StorageWrite> writes, CancellationToken abort) => StorageWrite.EachAsync(writes, abort);

    /// <summary>Renames a file.</summary>
    /// <param name="source">Its path.</param>
    /// <param name="target">The new one.</param>
    /// <param name="length">How long the file is: by it one is known again that has its new name already.</param>
    /// <param name="isDurable">Whether the new name survives a power cut when this returns.</param>
    /// <param name="abort">Cancels.</param>
    ValueTask<RenameOutcome> RenameAsync(string source, string target, long length, bool isDurable, CancellationToken abort);

    /// <summary>Deletes a file; nothing happens when it is gone.</summary>
    ValueTask DeleteAsync(string path, CancellationToken abort);
}
