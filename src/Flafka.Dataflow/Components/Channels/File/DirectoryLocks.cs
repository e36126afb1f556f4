using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Keeps the directories of a channel for one process; a file beside the lock says who that is.</summary>
internal sealed class DirectoryLocks(IStorage storage, string holder) : IAsyncDisposable
{
    private const string Name = "in_use.lock";
    private const string HolderName = "in_use.holder"; // apart: what is locked cannot be read

    private readonly List<IStorageFile> _files = [];

    /// <summary>Makes the directory where it is missing, and locks it.</summary>
    /// <exception cref="IOException">Another one has it.</exception>
    public async Task TakeAsync(string directory, CancellationToken abort)
    {
        await CreateAsync(directory, abort);
        var path = Path.Combine(directory, Name);
        IStorageFile file;
        try
        {
            file = await storage.OpenAsync(path, StorageMode.Exclusive, abort);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException(
                $"FLK6105: '{directory}' is used by {await HolderAsync(storage, directory, abort) ?? "another process"}. End that one, or give this channel directories of its own.", failure);
        }

        _files.Add(file);
        var text = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, {holder}\n"));
        await using var told = await storage.OpenAsync(Path.Combine(directory, HolderName), StorageMode.Create, abort);
        await told.WriteAsync(text, 0, abort);
    }

    /// <summary>Who had the lock last; <see langword="null"/> when that cannot be said.</summary>
    public static async Task<string?> HolderAsync(IStorage storage, string directory, CancellationToken abort)
    {
        try
        {
            await using var file = await storage.OpenAsync(Path.Combine(directory, HolderName), StorageMode.Read, abort);
            var bytes = new byte[500];
            var length = await file.ReadAsync(bytes, 0, abort);
            return length == 0 ? null : Encoding.UTF8.GetString(bytes, 0, length).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A new directory, and those above it, must be there after a power cut when the first event in it is.
    private async ValueTask CreateAsync(string directory, CancellationToken abort)
    {
        if (await storage.FindAsync(directory, abort) is null && Path.GetDirectoryName(directory) is { } parent)
        {
            await CreateAsync(parent, abort);
            await storage.CreateDirectoryAsync(directory, abort);
            await storage.SyncDirectoryAsync(parent, abort);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files)
        {
            await file.DisposeAsync();
        }

        _files.Clear();
    }
}
