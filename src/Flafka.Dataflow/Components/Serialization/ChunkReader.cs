namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Reads a file in chunks that are never written to again, so that event bodies may be slices of them; one chunk ahead.</summary>
/// <param name="file">The file.</param>
/// <param name="length">Where it ends.</param>
/// <param name="start">Where to begin.</param>
internal sealed class ChunkReader(IStorageFile file, long length, long start) : IAsyncDisposable
{
    /// <summary>Bytes of a chunk: below the large object heap, and a multiple of every character width.</summary>
    public const int ChunkBytes = 64 * 1024;

    private long _position = start;
    private Task<byte[]>? _ahead;

    /// <summary>The next chunk; empty at the end of the file.</summary>
    /// <exception cref="EventReadException">The file became shorter.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken abort)
    {
        var reading = _ahead ?? ReadAsync(abort);
        _ahead = null;
        var chunk = await reading;
        if (chunk.Length > 0 && _position < length)
        {
            _ahead = ReadAsync(abort);
        }

        return chunk;
    }

    /// <summary>Waits for the read under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ahead is { } ahead)
        {
            _ahead = null;
            await Quietly(ahead);
        }
    }

    private static async Task Quietly(Task reading)
    {
        try
        {
            await reading;
        }
#pragma warning disable CA1031 // nobody wants the chunk any more
        catch (Exception)
#pragma warning restore CA1031
        {
            // What was wrong shows again when somebody reads there.
        }
    }

    private async Task<byte[]> ReadAsync(CancellationToken abort)
    {
        var chunk = GC.AllocateUninitializedArray<byte>((int)Math.Max(0, Math.Min(ChunkBytes, length - _position)));
        for (var filled = 0; filled < chunk.Length;)
        {
            var read = await file.ReadAsync(chunk.AsMemory(filled), _position, abort);
            if (read == 0)
            {
                throw new EventReadException(
                    $"FLK6303: '{file.Path}' became shorter while it was read: {_position} bytes instead of {length}. " +
                    "Write files elsewhere and move them into the directory when they are complete.");
            }

            filled += read;
            _position += read;
        }

        return chunk;
    }
}
