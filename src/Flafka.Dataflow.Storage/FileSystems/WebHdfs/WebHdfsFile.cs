using System.Globalization;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>A file that grows by whole requests: the first write makes it, each later one is an APPEND. A write that fails leaves its end unknown.</summary>
/// <param name="client">Talks to the cluster.</param>
/// <param name="path">The path there.</param>
/// <param name="length">How long it is; <see langword="null"/> while it is still to be made.</param>
internal sealed class WebHdfsFile(WebHdfsClient client, string path, long? length) : IStorageFile
{
    /// <summary>After such a pause somebody else may have changed the file.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);

    /// <summary>How often the name node is asked to end the lease of a writer that is gone. It does so a minute after the writer was last seen.</summary>
    public static readonly TimeSpan RecoveryPause = TimeSpan.FromSeconds(10);

    private bool _isMade = length is not null;
    private long _writtenAt = client.Runtime.Time.GetTimestamp();

    public string Path => path;

    public async ValueTask<long> LengthAsync(CancellationToken abort) =>
        (await client.StatusAsync(path, abort) ?? throw new FileNotFoundException($"'{path}' is gone.", path)).Length;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort) => client.ReadAsync(path, buffer, position, abort);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort)
    {
        if (!_isMade)
        {
            _isMade = true; // after a failure it may be there
            await client.SendAsync(HttpMethod.Put, "CREATE", path, bytes, abort);
        }
        else
        {
            if (client.Runtime.Time.GetElapsedTime(_writtenAt) > LongPause && await LengthAsync(abort) is var found && found != position)
            {
                throw new WebHdfsException(string.Create(CultureInfo.InvariantCulture, $"'{path}' has {found} bytes, not the {position} written: somebody else writes it"));
            }

            await client.SendAsync(HttpMethod.Post, "APPEND", path, bytes, abort);
        }

        _writtenAt = client.Runtime.Time.GetTimestamp();
    }

    /// <summary>Waits until nobody writes the file, cuts it, and waits until it is cut. May take minutes.</summary>
    public async ValueTask SetLengthAsync(long newLength, CancellationToken abort)
    {
        while (!await TryCloseAsync(abort))
        {
            await client.Runtime.DelayAsync(RecoveryPause, abort);
        }

        if (await LengthAsync(abort) <= newLength)
        {
            return; // what is missing no cut brings back; the finisher finds it out by the length
        }

        var query = string.Create(CultureInfo.InvariantCulture, $"&newlength={newLength}");
        while (!await TryAsync(() => client.DoAsync(HttpMethod.Post, "TRUNCATE", path, query, abort)))
        {
            await client.Runtime.DelayAsync(TimeSpan.FromSeconds(1), abort); // the last block is being cut
        }
    }

    public ValueTask SyncAsync(CancellationToken abort) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>An append is refused while somebody holds the lease, and makes the name node look whether he is still there.</summary>
    /// <returns>Whether nobody does.</returns>
    public ValueTask<bool> TryCloseAsync(CancellationToken abort) => TryAsync(async () =>
    {
        await client.SendAsync(HttpMethod.Post, "APPEND", path, ReadOnlyMemory<byte>.Empty, abort);
        return true;
    });

    private static async ValueTask<bool> TryAsync(Func<ValueTask<bool>> operation)
    {
        try
        {
            return await operation();
        }
        catch (WebHdfsException failure) when (failure.IsUnderRecovery)
        {
            return false;
        }
    }
}
