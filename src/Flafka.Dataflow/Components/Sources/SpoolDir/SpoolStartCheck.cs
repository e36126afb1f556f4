namespace Flafka.Dataflow.Components.Sources;

/// <summary>What must hold before a spooling source can start; says what to do about it.</summary>
internal sealed class SpoolStartCheck(IStorage storage, SpoolDirSourceOptions options)
{
    // Flume: another name at each start, without the dot, so that one left by a crash is read as data.
    private const string CanaryName = ".flume-spooldir-perm-check.canary";

    public async ValueTask RunAsync(CancellationToken abort)
    {
        if (await storage.FindAsync(options.SpoolPath, abort) is not { } directory)
        {
            throw new IOException($"The spool directory '{options.SpoolDir}' does not exist. Create it, or correct spoolDir.");
        }

        if (!directory.IsDirectory)
        {
            throw new IOException($"'{options.SpoolDir}' is a file. Name a directory in spoolDir.");
        }

        if (options.TrackingPolicy == TrackingPolicy.Rename)
        {
            await TryToWriteAsync(options.SpoolPath, "Files cannot be renamed or deleted there. Change its permissions, or set trackingPolicy = tracker_dir and a trackerDir elsewhere.", abort);
        }

        await MakeTrackerDirectoryAsync(abort);
        await TryToWriteAsync(options.TrackerPath, "The position cannot be kept there. Change its permissions, or name another trackerDir.", abort);
    }

    private async ValueTask MakeTrackerDirectoryAsync(CancellationToken abort)
    {
        var path = options.TrackerPath;
        if (await storage.FindAsync(path, abort) is { } existing)
        {
            if (!existing.IsDirectory)
            {
                throw new IOException($"'{path}' is a file. Name a directory in trackerDir.");
            }

            return;
        }

        // Flume-compatible: only the last part is made, so that a file system that is not mounted is noticed.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && await storage.FindAsync(parent, abort) is not { IsDirectory: true })
        {
            throw new IOException($"The tracker directory '{path}' cannot be made, because '{parent}' does not exist. Create it, or correct trackerDir.");
        }

        try
        {
            await storage.CreateDirectoryAsync(path, abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The tracker directory '{path}' cannot be made: {failure.Message} Change the permissions, or name another trackerDir.", failure);
        }
    }

    private async ValueTask TryToWriteAsync(string directory, string advice, CancellationToken abort)
    {
        var canary = Path.Combine(directory, CanaryName);
        try
        {
            await using (var file = await storage.OpenAsync(canary, StorageMode.Create, abort))
            {
                await file.WriteAsync(new byte[] { (byte)'\n' }, 0, abort);
            }

            await storage.DeleteAsync(canary, abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The directory '{directory}' is not writable: {failure.Message} {advice}", failure);
        }
    }
}
