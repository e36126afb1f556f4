using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>A disk that writes down what it is asked for and fails when a test wants it to.</summary>
public sealed class FaultyStorage(IStorage inner) : IStorage
{
    private readonly List<(string Operation, string Path)> _journal = [];

    /// <summary>Asked before each operation (<c>open find list mkdir move delete syncdir free length read write setlength sync close</c>); what it gives is thrown.</summary>
    public Func<string, string, Exception?>? Fault { get; set; }

    /// <summary>Whether a write that fails leaves the first half of its bytes.</summary>
    public bool TearsWrites { get; set; } = true;

    /// <summary>Every operation so far with the name of its file, for example <c>write x-1</c>.</summary>
    public IEnumerable<string> Journal => _journal.Select(entry => $"{entry.Operation} {Path.GetFileName(entry.Path)}");

    /// <summary>Sizes of all writes, in order; a failed one counts with what it left.</summary>
    public List<int> Writes { get; } = [];

    /// <summary>Bytes that all reads together have brought.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Files opened and not closed.</summary>
    public int OpenFiles { get; private set; }

    public async ValueTask<IStorageFile> OpenAsync(string path, StorageMode mode, CancellationToken abort)
    {
        Note("open", path);
        var file = new FaultyFile(this, await inner.OpenAsync(path, mode, abort));
        OpenFiles++;
        return file;
    }

    public ValueTask<StorageEntry?> FindAsync(string path, CancellationToken abort)
    {
        Note("find", path);
        return inner.FindAsync(path, abort);
    }

    public ValueTask<ImmutableArray<StorageEntry>> ListAsync(string directory, CancellationToken abort)
    {
        Note("list", directory);
        return inner.ListAsync(directory, abort);
    }

    public ValueTask CreateDirectoryAsync(string directory, CancellationToken abort)
    {
        Note("mkdir", directory);
        return inner.CreateDirectoryAsync(directory, abort);
    }

    public ValueTask MoveAsync(string source, string target, bool overwrite, CancellationToken abort)
    {
        Note("move", source);
        return inner.MoveAsync(source, target, overwrite, abort);
    }

    public ValueTask DeleteAsync(string path, CancellationToken abort)
    {
        Note("delete", path);
        return inner.DeleteAsync(path, abort);
    }

    public ValueTask SyncDirectoryAsync(string directory, CancellationToken abort)
    {
        Note("syncdir", directory);
        return inner.SyncDirectoryAsync(directory, abort);
    }

    public ValueTask<long> FreeBytesAsync(string directory, CancellationToken abort)
    {
        Note("free", directory);
        return inner.FreeBytesAsync(directory, abort);
    }

    private void Note(string operation, string path)
    {
        _journal.Add((operation, path));
        if (Fault?.Invoke(operation, path) is { } failure)
        {
            throw failure;
        }
    }

    private sealed class FaultyFile(FaultyStorage owner, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public ValueTask<long> LengthAsync(CancellationToken abort)
        {
            owner.Note("length", Path);
            return file.LengthAsync(abort);
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
        {
            owner.Note("read", Path);
            var length = await file.ReadAsync(buffer, position, abort);
            owner.BytesRead += length;
            return length;
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort)
        {
            try
            {
                owner.Note("write", Path);
            }
            catch when (owner.TearsWrites)
            {
                owner.Writes.Add(bytes.Length / 2);
                await file.WriteAsync(bytes[..(bytes.Length / 2)], position, CancellationToken.None);
                throw;
            }

            await file.WriteAsync(bytes, position, abort);
            owner.Writes.Add(bytes.Length);
        }

        public ValueTask SetLengthAsync(long length, CancellationToken abort)
        {
            owner.Note("setlength", Path);
            return file.SetLengthAsync(length, abort);
        }

        public ValueTask SyncAsync(CancellationToken abort)
        {
            owner.Note("sync", Path);
            return file.SyncAsync(abort);
        }

        public ValueTask DisposeAsync()
        {
            owner.OpenFiles--;
            owner._journal.Add(("close", Path));
            return file.DisposeAsync();
        }
    }
}
