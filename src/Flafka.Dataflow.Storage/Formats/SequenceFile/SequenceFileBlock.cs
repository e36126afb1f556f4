using System.Buffers;
using Flafka.Dataflow.Storage.Codecs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Records of a SequenceFile that are compressed together.</summary>
internal sealed class SequenceFileBlock(CompressionCodec codec)
{
    private const int FullBytes = 1_000_000;

    private WriteBuffer? _keys;
    private WriteBuffer? _lengths;
    private WriteBuffer? _values;
    private int _count;

    /// <summary>Whether it is time to write it.</summary>
    public bool IsFull => _count > 0 && _keys!.Count + _values!.Count >= FullBytes;

    /// <summary>Takes a record.</summary>
    public void Add(long key, ReadOnlySpan<byte> body, SequenceFileValue type)
    {
        // Many files may be open; between two blocks they hold no buffers.
        _keys ??= WriteBufferPool.Shared.Rent();
        _lengths ??= WriteBufferPool.Shared.Rent();
        _values ??= WriteBufferPool.Shared.Rent();
        _keys.WriteInt64(key);
        _lengths.WriteVInt(HadoopBytes.SizeOfValue(body.Length, type));
        _values.WriteValue(body, type);
        _count++;
    }

    /// <summary>Writes the records, if there are any, and forgets them.</summary>
    public void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> sync)
    {
        if (_count == 0)
        {
            return;
        }

        output.WriteInt32(-1);
        output.Write(sync);
        output.WriteVInt(_count);
        var part = WriteBufferPool.Shared.Rent();
        var keyLengths = WriteBufferPool.Shared.Rent();
        keyLengths.GetSpan(_count)[.._count].Fill(sizeof(long));
        keyLengths.Advance(_count);
        foreach (var data in new[] { keyLengths, _keys!, _lengths!, _values! })
        {
            part.Clear();
            codec.Compress(data.Written.Span, part);
            output.WriteVInt(part.Count);
            output.Write(part.Written.Span);
            WriteBufferPool.Shared.Return(data);
        }

        WriteBufferPool.Shared.Return(part);
        (_keys, _lengths, _values, _count) = (null, null, null, 0);
    }
}
