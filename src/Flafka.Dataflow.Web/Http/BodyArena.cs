namespace Flafka.Dataflow.Web;

/// <summary>Puts many small bodies into few arrays, below the size at which arrays get expensive.</summary>
/// <param name="expected">About how many bytes will come in all.</param>
internal sealed class BodyArena(int expected)
{
    private const int ChunkSize = 64 << 10;

    private byte[] _chunk = [];
    private int _used;
    private int _expected = expected;

    /// <summary>A copy that lasts.</summary>
    public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> body)
    {
        if (body.Length > _chunk.Length - _used)
        {
            if (body.Length > ChunkSize / 4)
            {
                _expected -= body.Length;
                return body.ToArray();
            }

            _chunk = GC.AllocateUninitializedArray<byte>(Math.Clamp(_expected, body.Length, ChunkSize));
            _used = 0;
        }

        var copy = _chunk.AsMemory(_used, body.Length);
        body.CopyTo(copy.Span);
        _used += body.Length;
        _expected -= body.Length;
        return copy;
    }
}
