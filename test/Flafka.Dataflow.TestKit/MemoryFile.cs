namespace Flafka.Dataflow.TestKit;

/// <summary>A file that is only in memory, for reading. Reads give at most so many bytes at a time.</summary>
public sealed class MemoryFile(byte[] content, int mostAtOnce = int.MaxValue) : IStorageFile
{
    public string Path => "/memory";

    public ValueTask<long> LengthAsync(CancellationToken abort) => ValueTask.FromResult((long)content.Length);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
    {
        var length = (int)Math.Min(Math.Min(buffer.Length, mostAtOnce), content.Length - position);
        content.AsMemory((int)position, length).CopyTo(buffer);
        return ValueTask.FromResult(length);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SetLengthAsync(long length, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SyncAsync(CancellationToken abort) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
