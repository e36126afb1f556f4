using System.Collections.Immutable;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>A disk that does what the test says before it does what it was asked.</summary>
internal sealed class ScriptedDisk(IStorage inner) : IStorage
{
    /// <summary>Asked before each call with its name and path; throws what the call throws.</summary>
    public Action<string, string>? Before { get; set; }

    /// <summary>How many bytes of the next writes to a path get through before they fail; <see langword="null"/>: all.</summary>
    public Func<string, int?>? TearsAt { get; set; }

    public List<string> Calls { get; } = [];

    public int OpenFiles { get; private set; }

    public int MostOpenFiles { get; private set; }

    public async ValueTask<IStorageFile> OpenAsync(string path, StorageMode mode, CancellationToken abort)
    {
        Call("open", path);
        var file = new ScriptedFile(this, await inner.OpenAsync(path, mode, abort), mode == StorageMode.CreateNew);
        return file;
    }

    public ValueTask<StorageEntry?> FindAsync(string path, CancellationToken abort) => inner.FindAsync(path, abort);

    public ValueTask<ImmutableArray<StorageEntry>> ListAsync(string directory, CancellationToken abort) => inner.ListAsync(directory, abort);

    public ValueTask CreateDirectoryAsync(string directory, CancellationToken abort)
    {
        Call("mkdir", directory);
        return inner.CreateDirectoryAsync(directory, abort);
    }

    public ValueTask MoveAsync(string source, string target, bool overwrite, CancellationToken abort)
    {
        Call("move", source);
        return inner.MoveAsync(source, target, overwrite, abort);
    }

    public ValueTask DeleteAsync(string path, CancellationToken abort)
    {
        Call("delete", path);
        return inner.DeleteAsync(path, abort);
    }

    public ValueTask SyncDirectoryAsync(string directory, CancellationToken abort)
    {
        Call("syncdir", directory);
        return inner.SyncDirectoryAsync(directory, abort);
    }

    private void Call(string name, string path)
    {
        Before?.Invoke(name, path);
        Calls.Add($"{name} {Path.GetFileName(path)}");
    }

    private sealed class ScriptedFile : IStorageFile
    {
        private readonly ScriptedDisk _owner;
        private readonly IStorageFile _inner;
        private bool _isCounted;

        public ScriptedFile(ScriptedDisk owner, IStorageFile inner, bool isCounted)
        {
            (_owner, _inner, _isCounted) = (owner, inner, isCounted);
            if (isCounted)
            {
                owner.OpenFiles++;
                owner.MostOpenFiles = Math.Max(owner.MostOpenFiles, owner.OpenFiles);
            }
        }

        public string Path => _inner.Path;

        public ValueTask<long> LengthAsync(CancellationToken abort) => _inner.LengthAsync(abort);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort) => _inner.ReadAsync(buffer, position, abort);

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort)
        {
            _owner.Call("write", Path);
            if (_owner.TearsAt?.Invoke(Path) is { } length)
            {
                await _inner.WriteAsync(bytes[..Math.Min(length, bytes.Length)], position, abort);
                throw new IOException("No space left on device.");
            }

            await _inner.WriteAsync(bytes, position, abort);
        }

        public ValueTask SetLengthAsync(long length, CancellationToken abort)
        {
            _owner.Call("cut", Path);
            return _inner.SetLengthAsync(length, abort);
        }

        public ValueTask SyncAsync(CancellationToken abort)
        {
            _owner.Call("sync", Path);
            return _inner.SyncAsync(abort);
        }

        public ValueTask DisposeAsync()
        {
            if (_isCounted)
            {
                _isCounted = false;
                _owner.OpenFiles--;
            }

            return _inner.DisposeAsync();
        }
    }
}
