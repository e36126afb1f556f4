namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>A file that is only read, at most 1000 bytes at a time.</summary>
internal sealed class BytesFile(byte[] bytes) : IStorageFile
{
    public string Path => "bytes";

    public ValueTask<long> LengthAsync(CancellationToken abort) => new(bytes.Length);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken abort)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, 1000), Math.Max(0, bytes.Length - position));
        bytes.AsMemory((int)Math.Min(position, bytes.Length), count).CopyTo(buffer);
        return new(count);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long position, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SetLengthAsync(long length, CancellationToken abort) => throw new NotSupportedException();

    public ValueTask SyncAsync(CancellationToken abort) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
