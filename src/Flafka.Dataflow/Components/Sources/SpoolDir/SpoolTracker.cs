namespace Flafka.Dataflow.Components.Sources;

/// <summary>The tracker file: which file was being read, and how much of it is delivered. Replaced as a whole by a rename.</summary>
internal sealed class SpoolTracker(IStorage storage, string trackerDir)
{
    private readonly string _path = Path.Combine(trackerDir, ".flumespool-main.meta");

    private bool _mayExist = true;

    public string FilePath => _path;

    /// <summary>What the file says.</summary>
    /// <returns>Whether there is a file with content, and what it says; no record when it is not a tracker file.</returns>
    public async ValueTask<(bool Exists, TrackerRecord? Record)> LoadAsync(CancellationToken abort)
    {
        if (await storage.FindAsync(_path, abort) is not { IsDirectory: false } entry)
        {
            return (false, null);
        }

        if (entry.Length == 0)
        {
            await storage.DeleteAsync(_path, abort); // Flume-compatible: what a power cut can leave behind
            return (false, null);
        }

        await using var file = await storage.OpenAsync(_path, StorageMode.Read, abort);
        var bytes = new byte[entry.Length];
        var length = 0;
        while (length < bytes.Length && await file.ReadAsync(bytes.AsMemory(length), length, abort) is var read and > 0)
        {
            length += read;
        }

        return (true, TrackerFormat.Decode(bytes.AsSpan(0, length)));
    }

    public async ValueTask SaveAsync(string file, long offset, CancellationToken abort)
    {
        var temporary = _path + ".tmp";
        await using (var written = await storage.OpenAsync(temporary, StorageMode.Create, abort))
        {
            await written.WriteAsync(TrackerFormat.Encode(file, offset), 0, abort);
        }

        _mayExist = true;
        await storage.MoveAsync(temporary, _path, overwrite: true, abort);
    }

    public async ValueTask DeleteAsync(CancellationToken abort)
    {
        if (_mayExist)
        {
            await storage.DeleteAsync(_path, abort);
            _mayExist = false;
        }
    }
}
