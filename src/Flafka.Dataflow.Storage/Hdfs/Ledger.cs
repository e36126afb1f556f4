using System.Text;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// The list of the files that a sink has in use. A file is on it, synced, before it is made; so after a crash the sink finds its own files,
/// and no others. One writer at a time: the lock ends with its process.
/// </summary>
/// <remarks>Thread-safe. Entries that arrive while others are written share the next write and its sync.</remarks>
internal sealed class Ledger
{
    private const int LinesBeforeCompaction = 1000;

    private readonly IStorage _storage;
    private readonly string _path;
    private readonly string _holder;
    private readonly IStorageFile _lock;
    private readonly Lock _sync = new();
    private readonly Dictionary<string, LedgerEntry> _open = [];
    private readonly StringBuilder _finished = new();
    private Group? _next;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private IStorageFile? _file;
    private long _length;
    private int _lines;

    private Ledger(IStorage storage, string path, string holder, IStorageFile hold, LedgerText text)
    {
        (_storage, _path, _holder, _lock) = (storage, path, holder, hold);
        Owner = text.Owner;
        foreach (var entry in text.Entries)
        {
            _open.Add(entry.InUse, entry);
        }
    }

    /// <summary>The id in the in-use names of this ledger's files, made once.</summary>
    public string Owner { get; }

    /// <summary>The files in use.</summary>
    public IReadOnlyList<LedgerEntry> Open
    {
        get
        {
            lock (_sync)
            {
                return [.. _open.Values];
            }
        }
    }

    /// <summary>Whether a file of this name is in use, by this run or left by a former one.</summary>
    public bool Has(string inUse)
    {
        lock (_sync)
        {
            return _open.ContainsKey(inUse);
        }
    }

    /// <summary>Locks and reads a ledger, or begins one.</summary>
    /// <param name="storage">The disk.</param>
    /// <param name="path">The ledger's file; its folder is made.</param>
    /// <param name="holder">Who locks it, for others to read.</param>
    /// <param name="abort">Cancels.</param>
    /// <exception cref="IOException">Another process holds it.</exception>
    public static async Task<Ledger> OpenAsync(IStorage storage, string path, string holder, CancellationToken abort)
    {
        await storage.CreateDirectoryAsync(Path.GetDirectoryName(path)!, abort);
        var hold = await LockAsync(storage, path, abort);
        try
        {
            var text = await LedgerText.ReadAsync(storage, path, abort) ?? new LedgerText(Guid.NewGuid().ToString("N")[..8], holder, []);
            var ledger = new Ledger(storage, path, holder, hold, text);
            await ledger.CompactAsync(abort);
            return ledger;
        }
        catch
        {
            await hold.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts files on the list; completes when they are on disk.</summary>
    public Task AddAsync(IReadOnlyList<LedgerEntry> entries)
    {
        Group group;
        lock (_sync)
        {
            group = _next ??= new Group();
            foreach (var entry in entries)
            {
                _open[entry.InUse] = entry;
                group.Entries.Add(entry);
            }

            if (_isWriting)
            {
                return group.Written.Task;
            }

            _isWriting = true;
        }

        _writing = WriteGroupsAsync();
        return group.Written.Task;
    }

    /// <summary>The file has its final name, or is gone. Written down with the next entry; until then a start finds nothing under the name.</summary>
    public void Finished(LedgerEntry entry)
    {
        lock (_sync)
        {
            if (_open.Remove(entry.InUse))
            {
                _finished.Append(entry.ToEndLine());
                _lines++;
            }
        }
    }

    /// <summary>Writes a new list of the files in use only. Not beside <see cref="AddAsync"/>.</summary>
    public async Task CompactAsync(CancellationToken abort)
    {
        string text;
        lock (_sync)
        {
            text = new LedgerText(Owner, _holder, _open.Values).ToText();
            _finished.Clear();
            _lines = _open.Count;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        await using (var draft = await _storage.OpenAsync(_path + ".new", StorageMode.Create, abort))
        {
            await draft.WriteAsync(bytes, 0, abort);
            await draft.SyncAsync(abort);
        }

        if (_file is not null)
        {
            await _file.DisposeAsync();
            _file = null;
        }

        await _storage.MoveAsync(_path + ".new", _path, overwrite: true, abort);
        await _storage.SyncDirectoryAsync(Path.GetDirectoryName(_path)!, abort);
    }

    /// <summary>Writes down what is left and lets others have it.</summary>
    public async Task CloseAsync(CancellationToken abort)
    {
        await _writing;
        try
        {
            await CompactAsync(abort);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The longer list does as well: what is finished is not found under its in-use name.
        }
        finally
        {
            if (_file is not null)
            {
                await _file.DisposeAsync();
                _file = null;
            }

            await _lock.DisposeAsync();
        }
    }

    private static async Task<IStorageFile> LockAsync(IStorage storage, string path, CancellationToken abort)
    {
        try
        {
            return await storage.OpenAsync(path + ".lock", StorageMode.Exclusive, abort);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
        {
            var holder = (await LedgerText.ReadAsync(storage, path, abort))?.Holder ?? "another process";
            throw new IOException(
                $"FLK6105: '{path}' is held by {holder}. One sink of an agent runs once: stop the other one, or give this one its own hdfs.stateDir.", failure);
        }
    }

    private async Task WriteGroupsAsync()
    {
        while (true)
        {
            Group group;
            lock (_sync)
            {
                if (_next is null)
                {
                    _isWriting = false;
                    return;
                }

                group = _next;
                _next = null;
            }

            try
            {
                await AppendAsync(group);
                group.Written.SetResult();
            }
#pragma warning disable CA1031 // whoever waits for the entries gets it
            catch (Exception failure)
#pragma warning restore CA1031
            {
                lock (_sync)
                {
                    group.Entries.ForEach(entry => _open.Remove(entry.InUse)); // their files will not be made
                }

                group.Written.SetException(failure);
            }
        }
    }

    private async Task AppendAsync(Group group)
    {
        bool isLong;
        lock (_sync)
        {
            isLong = _lines > LinesBeforeCompaction && _lines > 4 * _open.Count;
        }

        if (isLong)
        {
            await CompactAsync(CancellationToken.None); // the group's files are open by now, so they are in it
            return;
        }

        if (_file is null)
        {
            _file = await _storage.OpenAsync(_path, StorageMode.OpenOrCreate, CancellationToken.None);
            _length = await _file.LengthAsync(CancellationToken.None);
        }

        byte[] bytes;
        int finished;
        lock (_sync)
        {
            finished = _finished.Length;
            bytes = Encoding.UTF8.GetBytes(_finished.ToString() + string.Concat(group.Entries.Select(static entry => entry.ToLine())));
        }

        await _file.WriteAsync(bytes, _length, CancellationToken.None);
        await _file.SyncAsync(CancellationToken.None);
        _length += bytes.Length; // after a failure the next group is written over it
        lock (_sync)
        {
            _finished.Remove(0, finished);
            _lines += group.Entries.Count;
        }
    }

    private sealed class Group
    {
        public List<LedgerEntry> Entries { get; } = [];

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
