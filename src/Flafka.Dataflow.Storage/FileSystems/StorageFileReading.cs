namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>Reads of a file that has to be there.</summary>
internal static class StorageFileReading
{
    /// <summary>Fills a buffer.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public static async ValueTask ReadExactlyAsync(this IStorageFile file, Memory<byte> target, long position, CancellationToken abort)
    {
        for (var done = 0; done < target.Length;)
        {
            var read = await file.ReadAsync(target[done..], position + done, abort);
            if (read == 0)
            {
                throw new EndOfStreamException($"'{file.Path}' became shorter while it was read.");
            }

            done += read;
        }
    }
}
