namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>The disk of this machine.</summary>
internal sealed class LocalFileSystem(IStorage storage) : IFileSystem
{
    public string Root => "";

    public bool CutsAtOnce => true;

    public async ValueTask<IStorageFile?> TryCreateAsync(string path, bool isDurable, CancellationToken abort)
    {
        var directory = Path.GetDirectoryName(path)!;
        IStorageFile file;
        try
        {
            file = await storage.OpenAsync(path, StorageMode.CreateNew, abort);
        }
        catch (DirectoryNotFoundException)
        {
            await CreateDirectoryAsync(directory, isDurable, abort);
            file = await storage.OpenAsync(path, StorageMode.CreateNew, abort);
        }
        catch (IOException failure) when (failure is not PathTooLongException)
        {
            if (await storage.FindAsync(path, abort) is null)
            {
                throw;
            }

            return null;
        }

        if (isDurable)
        {
            try
            {
                await storage.SyncDirectoryAsync(directory, abort);
            }
            catch (Exception failure)
            {
                await file.DisposeAsync();
                throw new FileLeftException(failure.Message, failure);
            }
        }

        return file;
    }

    public async ValueTask<IWholeFile?> TryCreateWholeAsync(string path, bool isDurable, CancellationToken abort) =>
        await TryCreateAsync(path, isDurable, abort) is { } file ? new WholeFile(file, isDurable) : null;

    public async ValueTask<IStorageFile?> TryOpenAsync(string path, bool forWriting, CancellationToken abort) =>
        await storage.FindAsync(path, abort) is { IsDirectory: false }
            ? await storage.OpenAsync(path, forWriting ? StorageMode.OpenOrCreate : StorageMode.Read, abort)
            : null;

    public ValueTask<bool> TryCloseAsync(string path, CancellationToken abort) => new(true);

    public async ValueTask<RenameOutcome> RenameAsync(string source, string target, long length, bool isDurable, CancellationToken abort)
    {
        try
        {
            await storage.MoveAsync(source, target, overwrite: false, abort);
        }
        catch (IOException)
        {
            if (await storage.FindAsync(source, abort) is null)
            {
                return RenameOutcome.SourceMissing;
            }

            if (await storage.FindAsync(target, abort) is not null)
            {
                return RenameOutcome.TargetExists;
            }

            // A file prefix with a slash leads into a folder that the in-use name may not need.
            var directory = Path.GetDirectoryName(target)!;
            if (await storage.FindAsync(directory, abort) is not null)
            {
                throw;
            }

            await CreateDirectoryAsync(directory, isDurable, abort);
            await storage.MoveAsync(source, target, overwrite: false, abort);
        }

        if (isDurable)
        {
            await storage.SyncDirectoryAsync(Path.GetDirectoryName(target)!, abort);
        }

        return RenameOutcome.Renamed;
    }

    public ValueTask WriteAsync(IReadOnlyList<StorageWrite> writes, CancellationToken abort) => storage.WriteAsync(writes, abort);

    public ValueTask DeleteAsync(string path, CancellationToken abort) => storage.DeleteAsync(path, abort);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The names of new folders stand in their parents, so those are synced as well.
    private async ValueTask CreateDirectoryAsync(string directory, bool isDurable, CancellationToken abort)
    {
        var made = new List<string>();
        if (isDurable)
        {
            for (var above = directory; above is not null && await storage.FindAsync(above, abort) is null; above = Path.GetDirectoryName(above))
            {
                made.Add(above);
            }
        }

        await storage.CreateDirectoryAsync(directory, abort);
        foreach (var name in made)
        {
            await storage.SyncDirectoryAsync(Path.GetDirectoryName(name) ?? name, abort);
        }
    }

    private sealed class WholeFile(IStorageFile file, bool isDurable) : IWholeFile
    {
        private long _length;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort)
        {
            await file.WriteAsync(bytes, _length, abort);
            _length += bytes.Length;
        }

        public async ValueTask FinishAsync(CancellationToken abort)
        {
            if (isDurable)
            {
                await file.SyncAsync(abort);
            }

            await file.DisposeAsync();
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
