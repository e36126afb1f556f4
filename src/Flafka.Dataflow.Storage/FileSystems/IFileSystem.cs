namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>Where the files of a sink live. Nothing here ever overwrites.</summary>
/// <remarks>Thread-safe. Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</remarks>
internal interface IFileSystem
{
    /// <summary>Makes a new file, and its folder when that is missing.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="isDurable">Whether the name survives a power cut when this returns.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns><see langword="null"/> when there is a file of this name already.</returns>
    ValueTask<IStorageFile?> TryCreateAsync(string path, bool isDurable, CancellationToken abort);

    /// <summary>Opens a file; <see langword="null"/> when there is none.</summary>
    ValueTask<IStorageFile?> TryOpenAsync(string path, bool forWriting, CancellationToken abort);

    /// <summary>Renames a file.</summary>
    ValueTask<RenameOutcome> RenameAsync(string source, string target, bool isDurable, CancellationToken abort);

    /// <summary>Deletes a file; nothing happens when it is gone.</summary>
    ValueTask DeleteAsync(string path, CancellationToken abort);
}
