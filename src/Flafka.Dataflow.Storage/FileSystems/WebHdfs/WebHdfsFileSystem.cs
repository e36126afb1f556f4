namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>Files on HDFS. Their paths begin with the root, such as <c>hdfs://cluster/logs/x</c>.</summary>
/// <param name="root">Scheme and cluster.</param>
/// <param name="client">Talks to it; becomes the file system's own.</param>
internal sealed class WebHdfsFileSystem(string root, WebHdfsClient client) : IFileSystem
{
    public string Root => root;

    public bool CutsAtOnce => false;

    public async ValueTask<IStorageFile?> TryCreateAsync(string path, bool isDurable, CancellationToken abort) =>
        await client.StatusAsync(Plain(path), abort) is null ? new WebHdfsFile(client, Plain(path), null) : null;

    public async ValueTask<IWholeFile?> TryCreateWholeAsync(string path, bool isDurable, CancellationToken abort)
    {
        try
        {
            return await client.CreateAsync(Plain(path), abort);
        }
        catch (NameTakenException)
        {
            return null;
        }
    }

    public async ValueTask<IStorageFile?> TryOpenAsync(string path, bool forWriting, CancellationToken abort) =>
        await client.StatusAsync(Plain(path), abort) is { IsDirectory: false } status ? new WebHdfsFile(client, Plain(path), status.Length) : null;

    public ValueTask<bool> TryCloseAsync(string path, CancellationToken abort) => new WebHdfsFile(client, Plain(path), 0).TryCloseAsync(abort);

    public async ValueTask<RenameOutcome> RenameAsync(string source, string target, long length, bool isDurable, CancellationToken abort)
    {
        var (from, to) = (Plain(source), Plain(target));
        var query = "&destination=" + Uri.EscapeDataString(to);
        for (var hasFolder = false; ; hasFolder = true)
        {
            try
            {
                if (await client.DoAsync(HttpMethod.Put, "RENAME", from, query, abort))
                {
                    return RenameOutcome.Renamed;
                }
            }
            catch (WebHdfsException failure) when (failure.IsMissing || failure.IsExisting)
            {
                // The same as false; which of its reasons it is, is found out below.
            }

            var there = await client.StatusAsync(to, abort);
            if (await client.StatusAsync(from, abort) is null)
            {
                // The answer to an earlier try was lost.
                return there?.Length == length ? RenameOutcome.Renamed : RenameOutcome.SourceMissing;
            }

            if (there is not null)
            {
                return RenameOutcome.TargetExists;
            }

            // A file prefix with a slash leads into a folder that the in-use name may not need.
            if (hasFolder)
            {
                throw new WebHdfsException($"RENAME '{from}' to '{to}' is refused without a reason");
            }

            await client.DoAsync(HttpMethod.Put, "MKDIRS", to[..Math.Max(1, to.LastIndexOf('/'))], "", abort);
        }
    }

    public async ValueTask DeleteAsync(string path, CancellationToken abort) =>
        await client.DoAsync(HttpMethod.Delete, "DELETE", Plain(path), "", abort);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Plain(string path) =>
        path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : throw new ArgumentException($"'{path}' is not on {root}.", nameof(path));
}
