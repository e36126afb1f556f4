namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>A file in memory, to be read.</summary>
internal sealed class MemoryFile(ReadOnlyMemory<byte> bytes) : IStorageFile
{
    public string Path => "memory";

    public ValueTask<long> LengthAsync(CancellationToken abort) => new(bytes.Length);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
    {
        var count = (int)Math.Min(buffer.Length, Math.Max(0, bytes.Length - position));
        bytes.Span.Slice((int)position, count).CopyTo(buffer.Span);
        return new(count);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SetLengthAsync(long length, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SyncAsync(CancellationToken abort) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;
}
