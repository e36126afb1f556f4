using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>
/// A disk in memory that knows what was synced. <see cref="Crash"/> makes the disk that the next process finds: after a power cut any part of what was not
/// synced, by sectors and by names, may be missing. Not thread-safe: for one simulation.
/// </summary>
public sealed class SimulatedStorage : IStorage
{
    private const int Sector = 512;

    private readonly Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _syncedNames = new(StringComparer.Ordinal);
    private readonly List<(string Name, Node? Node, string? Old)> _unsyncedNames = [];
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<Node> _held = [];

    /// <summary>Awaited before each operation that changes something; may throw, or let time pass.</summary>
    public Func<string, string, Task>? Before { get; set; }

    /// <summary>Told after each operation that changed something.</summary>
    public Action? After { get; set; }

    /// <summary>What <see cref="FreeBytesAsync"/> says of a directory.</summary>
    public Func<string, long> FreeBytesOf { get; set; } = static _ => long.MaxValue;

    /// <summary>The files, by path.</summary>
    public IEnumerable<string> Files => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>The content of a file, for a test that damages it.</summary>
    public byte[] this[string path]
    {
        get => _names[path].Content;
        set => _names[path] = _syncedNames[path] = new Node { Content = value, Synced = value };
    }

    /// <summary>The disk after a crash of the process (everything written is there) or of the machine.</summary>
    /// <param name="random">Chooses what is kept; <see langword="null"/>: only the process was killed.</param>
    public SimulatedStorage Crash(Random? random)
    {
        var after = new SimulatedStorage();
        after._directories.UnionWith(_directories);
        var copies = new Dictionary<Node, Node>();
        var share = random?.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => 0.5 };
        var names = new Dictionary<string, Node>(random is null ? _names : _syncedNames, StringComparer.Ordinal);
        foreach (var (name, node, old) in random is null ? [] : _unsyncedNames)
        {
            if (random!.NextDouble() >= share)
            {
                continue;
            }

            if (old is not null)
            {
                names.Remove(old);
            }

            if (node is null)
            {
                names.Remove(name);
            }
            else
            {
                names[name] = node;
            }
        }

        foreach (var (name, node) in names)
        {
            if (!copies.TryGetValue(node, out var copy))
            {
                var content = random is null ? node.Content : node.After(random, share);
                copies.Add(node, copy = new Node { Content = content, Synced = content });
            }

            after._names.Add(name, copy);
            after._syncedNames.Add(name, copy);
        }

        return after;
    }

    public async ValueTask<IStorageFile> OpenAsync(string path, StorageMode mode, CancellationToken abort)
    {
        if (!_directories.Contains(Path.GetDirectoryName(path)!))
        {
            throw new DirectoryNotFoundException($"There is no directory for '{path}'.");
        }

        _names.TryGetValue(path, out var node);
        if (mode == StorageMode.Read)
        {
            return new OpenFile(this, path, node ?? throw new FileNotFoundException($"There is no '{path}'."));
        }

        if (node is null || mode == StorageMode.Create)
        {
            await BeginAsync("create", path);
            node = new Node();
            _names[path] = node;
            _unsyncedNames.Add((path, node, null));
            After?.Invoke();
        }
        else if (mode == StorageMode.CreateNew)
        {
            throw new IOException($"'{path}' exists.");
        }

        if (mode == StorageMode.Exclusive && !_held.Add(node))
        {
            throw new IOException($"'{path}' is held.");
        }

        return new OpenFile(this, path, node) { IsHolder = mode == StorageMode.Exclusive };
    }

    public ValueTask<StorageEntry?> FindAsync(string path, CancellationToken abort) => ValueTask.FromResult<StorageEntry?>(
        _names.TryGetValue(path, out var node) ? new StorageEntry(path, node.Content.Length, default, false)
        : _directories.Contains(path) ? new StorageEntry(path, 0, default, true) : null);

    public ValueTask<ImmutableArray<StorageEntry>> ListAsync(string directory, CancellationToken abort) =>
        ValueTask.FromResult<ImmutableArray<StorageEntry>>([.. _names
            .Where(entry => Path.GetDirectoryName(entry.Key) == directory)
            .Select(entry => new StorageEntry(entry.Key, entry.Value.Content.Length, default, false))]);

    public ValueTask CreateDirectoryAsync(string directory, CancellationToken abort)
    {
        _directories.Add(directory);
        return ValueTask.CompletedTask;
    }

    public async ValueTask MoveAsync(string source, string target, bool overwrite, CancellationToken abort)
    {
        await BeginAsync("move", source);
        if (!_names.TryGetValue(source, out var node) || (!overwrite && _names.ContainsKey(target)))
        {
            throw new IOException($"'{source}' cannot become '{target}'.");
        }

        _names.Remove(source);
        _names[target] = node;
        _unsyncedNames.Add((target, node, source));
        After?.Invoke();
    }

    public async ValueTask DeleteAsync(string path, CancellationToken abort)
    {
        await BeginAsync("delete", path);
        if (_names.Remove(path))
        {
            _unsyncedNames.Add((path, null, null));
        }

        After?.Invoke();
    }

    public async ValueTask SyncDirectoryAsync(string directory, CancellationToken abort)
    {
        await BeginAsync("syncdir", directory);
        _unsyncedNames.RemoveAll(change => Path.GetDirectoryName(change.Name) == directory);
        foreach (var name in _syncedNames.Keys.Where(name => Path.GetDirectoryName(name) == directory).ToArray())
        {
            _syncedNames.Remove(name);
        }

        foreach (var (name, node) in _names.Where(entry => Path.GetDirectoryName(entry.Key) == directory))
        {
            _syncedNames[name] = node;
        }

        After?.Invoke();
    }

    public ValueTask<long> FreeBytesAsync(string directory, CancellationToken abort) => ValueTask.FromResult(FreeBytesOf(directory));

    private Task BeginAsync(string operation, string path) => Before?.Invoke(operation, path) ?? Task.CompletedTask;

    private sealed class Node
    {
        public byte[] Content { get; set; } = []; // never written into: a change makes a new array, so that crashes can share it

        public byte[] Synced { get; set; } = [];

        public List<(long Position, byte[]? Bytes, long Length)> Unsynced { get; } = [];

        public byte[] After(Random random, double share)
        {
            var content = Synced;
            foreach (var (position, bytes, length) in Unsynced)
            {
                if (bytes is null)
                {
                    content = random.NextDouble() < share ? Resized(content, length) : content;
                    continue;
                }

                for (int from = 0, to; from < bytes.Length; from = to)
                {
                    to = (int)Math.Min(bytes.Length, ((position + from) / Sector * Sector) + Sector - position);
                    if (random.NextDouble() < share)
                    {
                        content = Patched(content, position + from, bytes.AsSpan(from, to - from));
                    }
                }
            }

            return content;
        }

        public static byte[] Patched(byte[] content, long position, ReadOnlySpan<byte> bytes)
        {
            var patched = Resized(content, Math.Max(content.Length, position + bytes.Length));
            bytes.CopyTo(patched.AsSpan((int)position));
            return patched;
        }

        public static byte[] Resized(byte[] content, long length)
        {
            var resized = new byte[length];
            content.AsSpan(0, (int)Math.Min(content.Length, length)).CopyTo(resized);
            return resized;
        }
    }

    private sealed class OpenFile(SimulatedStorage disk, string path, Node node) : IStorageFile
    {
        public bool IsHolder { get; init; }

        public string Path => path;

        public ValueTask<long> LengthAsync(CancellationToken abort) => ValueTask.FromResult((long)node.Content.Length);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
        {
            var length = (int)Math.Clamp(node.Content.Length - position, 0, buffer.Length);
            node.Content.AsMemory((int)Math.Min(position, node.Content.Length), length).CopyTo(buffer);
            return ValueTask.FromResult(length);
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort)
        {
            var written = bytes.ToArray();
            await disk.BeginAsync("write", path);
            node.Content = Node.Patched(node.Content, position, written);
            node.Unsynced.Add((position, written, 0));
            disk.After?.Invoke();
        }

        public async ValueTask SetLengthAsync(long length, CancellationToken abort)
        {
            await disk.BeginAsync("setlength", path);
            node.Content = Node.Resized(node.Content, length);
            node.Unsynced.Add((0, null, length));
            disk.After?.Invoke();
        }

        public async ValueTask SyncAsync(CancellationToken abort)
        {
            var (content, count) = (node.Content, node.Unsynced.Count); // what is written while it waits is not covered
            await disk.BeginAsync("sync", path);
            node.Synced = content;
            node.Unsynced.RemoveRange(0, count);
            disk.After?.Invoke();
        }

        public ValueTask DisposeAsync()
        {
            if (IsHolder)
            {
                disk._held.Remove(node);
            }

            return ValueTask.CompletedTask;
        }
    }
}
