using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The disk as the core sees it. Tests put one in its place that fails, fills up or forgets what was not synced.</summary>
/// <remarks>Thread-safe. Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>, as from <see cref="File"/>.</remarks>
public interface IStorage
{
    /// <summary>Opens a file.</summary>
    ValueTask<IStorageFile> OpenAsync(string path, StorageMode mode, CancellationToken abort);

    /// <summary>What is known about a path; <see langword="null"/> when there is nothing.</summary>
    ValueTask<StorageEntry?> FindAsync(string path, CancellationToken abort);

    /// <summary>The entries of a directory, in no particular order, without following links to directories.</summary>
    ValueTask<ImmutableArray<StorageEntry>> ListAsync(string directory, CancellationToken abort);

    /// <summary>Makes a directory and its parents; nothing happens when it is there.</summary>
    ValueTask CreateDirectoryAsync(string directory, CancellationToken abort);

    /// <summary>Renames within one file system. Atomic.</summary>
    /// <param name="source">The present name.</param>
    /// <param name="target">The new name.</param>
    /// <param name="overwrite">False: an <see cref="IOException"/> when the target exists, and nothing has happened.</param>
    /// <param name="abort">Cancels before the call, never within.</param>
    ValueTask MoveAsync(string source, string target, bool overwrite, CancellationToken abort);

    /// <summary>Deletes a file; nothing happens when it is gone.</summary>
    ValueTask DeleteAsync(string path, CancellationToken abort);

    /// <summary>Makes the names in a directory survive a power cut.</summary>
    ValueTask SyncDirectoryAsync(string directory, CancellationToken abort);

    /// <summary>Writes to several files of this storage. A write that fails says so itself and holds up no other.</summary>
    /// <param name="writes">To different files.</param>
    /// <param name="abort">Cancels before the first write, and perhaps between two.</param>
    ValueTask WriteAsync(IReadOnlyList<StorageWrite> writes, CancellationToken abort) => StorageWrite.EachAsync(writes, abort);

    /// <summary>Bytes that this process may still write to the file system of a directory; <see cref="long.MaxValue"/> when that is not known.</summary>
    ValueTask<long> FreeBytesAsync(string directory, CancellationToken abort) => ValueTask.FromResult(long.MaxValue);
}
