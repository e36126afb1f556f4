using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace Flafka.Dataflow;

/// <summary>The disk of this machine. Every call leaves the graph's scheduler, so that a slow disk holds up nobody else.</summary>
public sealed class LocalStorage(AgentRuntime runtime) : IStorage
{
    private const int WritesForAThread = 64; // fewer are done before another thread has begun

    /// <inheritdoc/>
    public async ValueTask<IStorageFile> OpenAsync(string path, StorageMode mode, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        var handle = await runtime.External(() => mode switch
        {
            StorageMode.Read => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan),
            StorageMode.CreateNew => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete),
            StorageMode.Create => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete),
            StorageMode.Exclusive => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None),
            _ => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete),
        });
        return new LocalFile(runtime, path, handle);
    }

    /// <inheritdoc/>
    public async ValueTask<StorageEntry?> FindAsync(string path, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        return await runtime.External<StorageEntry?>(() =>
        {
            var file = new FileInfo(path);
            if (file.Exists)
            {
                return new StorageEntry(path, file.Length, file.LastWriteTimeUtc, false);
            }

            var directory = new DirectoryInfo(path);
            return directory.Exists ? new StorageEntry(path, 0, directory.LastWriteTimeUtc, true) : null;
        });
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<StorageEntry>> ListAsync(string directory, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        return await runtime.External(() =>
        {
            var entries = ImmutableArray.CreateBuilder<StorageEntry>();
            foreach (var info in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            {
                var isDirectory = (info.Attributes & FileAttributes.Directory) != 0;
                if (isDirectory && info.LinkTarget is not null)
                {
                    continue;
                }

                entries.Add(new StorageEntry(Path.Combine(directory, info.Name), (info as FileInfo)?.Length ?? 0, info.LastWriteTimeUtc, isDirectory));
            }

            return entries.DrainToImmutable();
        });
    }

    /// <inheritdoc/>
    public async ValueTask CreateDirectoryAsync(string directory, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        await runtime.External(() => Directory.CreateDirectory(directory));
    }

    /// <inheritdoc/>
    public async ValueTask MoveAsync(string source, string target, bool overwrite, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        await runtime.External(() =>
        {
            if (overwrite || OperatingSystem.IsWindows())
            {
                File.Move(source, target, overwrite);
            }
            else
            {
                UnixFiles.MoveWithoutReplacing(source, target);
            }

            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string path, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        await runtime.External(() =>
        {
            File.Delete(path);
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask SyncDirectoryAsync(string directory, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        if (OperatingSystem.IsWindows())
        {
            return; // directories cannot be opened there; NTFS logs names itself
        }

        await runtime.External(() =>
        {
            UnixFiles.SyncDirectory(directory);
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(IReadOnlyList<StorageWrite> writes, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        var threads = Math.Clamp(writes.Count / WritesForAThread, 1, Environment.ProcessorCount);
        await Join.AllAsync(Enumerable.Range(0, threads).Select(first => runtime.External(() =>
        {
            for (var i = first; i < writes.Count; i += threads)
            {
                Write(writes[i]);
            }

            return true;
        })));
    }

    private static void Write(StorageWrite write)
    {
        try
        {
            ((LocalFile)write.File).Write(write.Bytes.Span, write.Position);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            write.Failure = failure;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> FreeBytesAsync(string directory, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        return await runtime.External(() => new DriveInfo(directory).AvailableFreeSpace);
    }

    private sealed class LocalFile(AgentRuntime runtime, string path, SafeFileHandle handle) : IStorageFile
    {
        public string Path => path;

        public async ValueTask<long> LengthAsync(CancellationToken abort)
        {
            abort.ThrowIfCancellationRequested();
            return await runtime.External(() => RandomAccess.GetLength(handle));
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
        {
            abort.ThrowIfCancellationRequested();
            return await runtime.External(() => RandomAccess.Read(handle, buffer.Span, position));
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort)
        {
            abort.ThrowIfCancellationRequested();
            await runtime.External(() =>
            {
                Write(bytes.Span, position);
                return true;
            });
        }

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public async ValueTask SetLengthAsync(long length, CancellationToken abort)
        {
            abort.ThrowIfCancellationRequested();
            await runtime.External(() =>
            {
                RandomAccess.SetLength(handle, length);
                return true;
            });
        }

        public async ValueTask SyncAsync(CancellationToken abort)
        {
            abort.ThrowIfCancellationRequested();
            await runtime.External(() =>
            {
                RandomAccess.FlushToDisk(handle);
                return true;
            });
        }

        public ValueTask DisposeAsync()
        {
            handle.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
