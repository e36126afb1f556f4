namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Bytes on their way to a file. Its array is used again.</summary>
internal sealed class WriteBuffer() : ByteBuffer(firstBytes: 4 * 1024)
{
    public int Capacity => Bytes.Length;

    public ReadOnlyMemory<byte> Written => Bytes.AsMemory(0, Count);

    public void Clear() => CutTo(0);

    protected override byte[] NewArray(int length) => GC.AllocateUninitializedArray<byte>(length);
}
