using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Chooses the next file to read.</summary>
internal sealed class SpoolCandidates(IStorage storage, SpoolDirSourceOptions options, AgentRuntime runtime)
{
    private readonly Regex _include = JavaPattern.WholeMatch(options.IncludePattern);
    private readonly Regex _ignore = JavaPattern.WholeMatch(options.IgnorePattern);
    private List<StorageEntry> _found = [];
    private int _next;
    private long _scannedAt;
    private bool _hasScanned;

    /// <summary>The next file.</summary>
    /// <param name="inWork">Paths that are no candidates, because they are read or wait to be retired.</param>
    /// <param name="first">A path to take before all others, if it is a candidate.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns><see langword="null"/> when a scan of the whole directory found none.</returns>
    public async ValueTask<StorageEntry?> NextAsync(IReadOnlySet<string> inWork, string? first, CancellationToken abort)
    {
        if (!_hasScanned || (_next == _found.Count ? _found.Count > 0 || IsOld : IsOld && options.ConsumeOrder != ConsumeOrder.Random))
        {
            await ScanAsync(inWork, first, abort);
        }

        return _next < _found.Count ? _found[_next++] : null;
    }

    // Flume: lists the whole tree again for each file, which takes hours in a directory of many small ones. Here a list is used until it
    // is as old as the pause between two looks.
    private bool IsOld => runtime.Time.GetElapsedTime(_scannedAt) >= options.PollDelay;

    private async ValueTask ScanAsync(IReadOnlySet<string> inWork, string? first, CancellationToken abort)
    {
        var found = new List<StorageEntry>();
        var marked = options.DeletePolicy == DeletePolicy.Never && options.TrackingPolicy == TrackingPolicy.TrackerDir
            ? await MarksAsync(abort)
            : [];
        var directories = new Stack<string>([options.SpoolPath]);
        while (directories.TryPop(out var directory))
        {
            foreach (var entry in await ListAsync(directory, abort))
            {
                var name = Path.GetFileName(entry.Path);
                if (name.StartsWith('.') || _ignore.IsMatch(name))
                {
                    continue;
                }

                if (entry.IsDirectory)
                {
                    if (options.RecursiveDirectorySearch)
                    {
                        directories.Push(entry.Path);
                    }
                }
                else if (!name.EndsWith(options.FileSuffix, StringComparison.Ordinal) && _include.IsMatch(name)
                    && !inWork.Contains(entry.Path) && !marked.Contains(Relative(entry.Path)))
                {
                    found.Add(entry);
                }
            }
        }

        if (options.ConsumeOrder != ConsumeOrder.Random)
        {
            found.Sort(Compare);
        }

        if (first is not null && found.FindIndex(entry => Path.GetFullPath(entry.Path) == first) is var index and > 0)
        {
            var entry = found[index];
            found.RemoveAt(index);
            found.Insert(0, entry);
        }

        (_found, _next, _scannedAt, _hasScanned) = (found, 0, runtime.Time.GetTimestamp(), true);
    }

    /// <summary>The path below the spool directory.</summary>
    public string Relative(string path) => path[(options.SpoolPath.Length + 1)..];

    private int Compare(StorageEntry left, StorageEntry right)
    {
        // Flume-compatible: whole milliseconds, then the name without its directory, whichever the order.
        var byTime = left.LastModified.ToUnixTimeMilliseconds().CompareTo(right.LastModified.ToUnixTimeMilliseconds());
        if (byTime != 0)
        {
            return options.ConsumeOrder == ConsumeOrder.Youngest ? -byTime : byTime;
        }

        var byName = string.CompareOrdinal(Path.GetFileName(left.Path), Path.GetFileName(right.Path));
        return byName != 0 ? byName : string.CompareOrdinal(left.Path, right.Path);
    }

    private async ValueTask<HashSet<string>> MarksAsync(CancellationToken abort)
    {
        var marked = new HashSet<string>(StringComparer.Ordinal);
        var directories = new Stack<string>([options.TrackerPath]);
        while (directories.TryPop(out var directory))
        {
            foreach (var entry in await ListAsync(directory, abort))
            {
                if (entry.IsDirectory)
                {
                    directories.Push(entry.Path);
                }
                else if (entry.Path.EndsWith(options.FileSuffix, StringComparison.Ordinal))
                {
                    marked.Add(entry.Path[(options.TrackerPath.Length + 1)..^options.FileSuffix.Length]);
                }
            }
        }

        return marked;
    }

    private async ValueTask<IEnumerable<StorageEntry>> ListAsync(string directory, CancellationToken abort)
    {
        try
        {
            return await storage.ListAsync(directory, abort);
        }
        catch (DirectoryNotFoundException) when (directory != options.SpoolPath)
        {
            return []; // a subdirectory that vanished meanwhile
        }
    }
}
