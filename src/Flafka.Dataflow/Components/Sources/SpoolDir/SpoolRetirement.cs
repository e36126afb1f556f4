using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>What becomes of a file all of whose events are delivered.</summary>
/// <param name="storage">The disk.</param>
/// <param name="options">The policies.</param>
/// <param name="acceptsIdentical">Whether a target of equal content is taken for the same file; so on Windows, where a rename is not atomic.</param>
/// <param name="log">For what is strange and no failure.</param>
internal sealed partial class SpoolRetirement(IStorage storage, SpoolDirSourceOptions options, bool acceptsIdentical, ILogger log)
{
    private readonly ILogger _log = log;

    /// <exception cref="EventReadException">The file is not what it was when it was opened, or cannot be marked.</exception>
    public async ValueTask RetireAsync(SpoolFile file, CancellationToken abort)
    {
        if (await storage.FindAsync(file.Path, abort) is not { } now)
        {
            if (options.DeletePolicy == DeletePolicy.Immediate)
            {
                AlreadyGone(file.Path);
                return;
            }

            throw new EventReadException(
                $"FLK6303: '{file.Path}' disappeared while it was read. What was read of it is delivered. Leave files where they are until the source is done with them.");
        }

        if (now.LastModified != file.Entry.LastModified || now.Length != file.Entry.Length)
        {
            var change = now.Length == file.Entry.Length ? "was modified" : $"changed its size from {file.Entry.Length} to {now.Length} bytes";
            throw new EventReadException(
                $"FLK6303: '{file.Path}' {change} while it was read. {file.End} bytes of it are delivered; the source goes on behind them. " +
                "Write files elsewhere and move them into the directory when they are complete.");
        }

        try
        {
            if (options.DeletePolicy == DeletePolicy.Immediate)
            {
                await storage.DeleteAsync(file.Path, abort);
            }
            else if (options.TrackingPolicy == TrackingPolicy.Rename)
            {
                await RenameAsync(file, abort);
            }
            else
            {
                await MarkAsync(file, abort);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EventReadException(
                $"'{file.Path}' is delivered and cannot be deleted, renamed or marked: {failure.Message} Change the permissions, or move it away.", failure);
        }

        Retired(file.Path);
    }

    private async ValueTask RenameAsync(SpoolFile file, CancellationToken abort)
    {
        var target = file.Path + options.FileSuffix;
        if (await storage.FindAsync(target, abort) is { } existing)
        {
            if (!acceptsIdentical || !await IsIdenticalAsync(file, existing, abort))
            {
                throw new EventReadException(
                    $"'{file.Path}' is delivered and cannot be renamed, because '{target}' exists: its name was used again. Move one of the two away; " +
                    "give every file a name of its own.");
            }

            SameContent(file.Path, target);
            await storage.DeleteAsync(file.Path, abort);
            return;
        }

        await storage.MoveAsync(file.Path, target, overwrite: false, abort);
    }

    private async ValueTask MarkAsync(SpoolFile file, CancellationToken abort)
    {
        var mark = Path.Combine(options.TrackerPath, file.RelativePath + options.FileSuffix);
        if (await storage.FindAsync(mark, abort) is not null)
        {
            throw new EventReadException(
                $"'{file.Path}' is delivered and cannot be marked, because '{mark}' exists: its name was used again. Move the file away; " +
                "give every file a name of its own.");
        }

        await storage.CreateDirectoryAsync(Path.GetDirectoryName(mark)!, abort);
        await using var made = await storage.OpenAsync(mark, StorageMode.CreateNew, abort);
    }

    private async ValueTask<bool> IsIdenticalAsync(SpoolFile file, StorageEntry other, CancellationToken abort)
    {
        if (other.IsDirectory || other.Length != file.Entry.Length)
        {
            return false;
        }

        await using var left = await storage.OpenAsync(file.Path, StorageMode.Read, abort);
        await using var right = await storage.OpenAsync(other.Path, StorageMode.Read, abort);
        var leftBytes = new byte[64 * 1024];
        var rightBytes = new byte[64 * 1024];
        for (long at = 0; at < other.Length;)
        {
            var read = await left.ReadAsync(leftBytes, at, abort);
            var same = 0;
            while (same < read && await right.ReadAsync(rightBytes.AsMemory(same, read - same), at + same, abort) is var more and > 0)
            {
                same += more;
            }

            if (read == 0 || same < read || !leftBytes.AsSpan(0, read).SequenceEqual(rightBytes.AsSpan(0, read)))
            {
                return false;
            }

            at += read;
        }

        return true;
    }

    [LoggerMessage(EventIds.SpoolFileRetired, LogLevel.Debug, "All events of '{File}' are delivered.")]
    private partial void Retired(string file);

    [LoggerMessage(EventIds.SpoolFileGone, LogLevel.Warning, "'{File}' was to be deleted and is gone already; its events are delivered.")]
    private partial void AlreadyGone(string file);

    [LoggerMessage(EventIds.SpoolFileTwice, LogLevel.Warning, "'{File}' is delivered and '{Target}' has the same content; the first one was deleted.")]
    private partial void SameContent(string file, string target);
}
