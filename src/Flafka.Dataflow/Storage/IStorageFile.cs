namespace Flafka.Dataflow;

/// <summary>An open file. One operation at a time, but for a sync, which may run beside a write and covers what was written before it began; disposing closes it.</summary>
public interface IStorageFile : IAsyncDisposable
{
    /// <summary>The path it was opened by.</summary>
    string Path { get; }

    /// <summary>Its length in bytes now.</summary>
    ValueTask<long> LengthAsync(CancellationToken abort);

    /// <summary>Reads at a position; 0 at the end of the file, else at least one byte.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort);

    /// <summary>Writes all bytes at a position. When it returns the bytes are with the operating system.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort);

    /// <summary>Cuts or lengthens the file.</summary>
    ValueTask SetLengthAsync(long length, CancellationToken abort);

    /// <summary>Makes what was written survive a power cut.</summary>
    ValueTask SyncAsync(CancellationToken abort);
}
