using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ICSharpCode.SharpZipLib.Checksum;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>
/// Writes an Avro object container file: a schema, and data in blocks. The caller encodes each datum and passes on the bytes that come out, for
/// example to a <see cref="System.IO.Pipelines.PipeWriter"/> over a file. Holds at most one block, of <see cref="AvroContainerOptions.BlockBytes"/> and
/// one datum. Not thread-safe.
/// </summary>
/// <remarks>Call <see cref="Begin"/> once, <see cref="Append"/> for each datum, and <see cref="Flush"/> wherever what was appended must be readable: at the end at least.</remarks>
public sealed class AvroContainerWriter
{
    internal const int SyncBytes = 16;

    private readonly byte[] _schema;
    private readonly AvroContainerOptions _options;
    private readonly byte[] _sync;
    private readonly PooledBuffer _block = new();
    private int _wholeBytes;
    private long _count;

    /// <summary>A file of this schema.</summary>
    /// <param name="schema">The schema as JSON text; it is put into the file as it is.</param>
    /// <param name="options">Settings; <see langword="null"/>: not compressed, blocks of 2 MB.</param>
    /// <exception cref="FormatException">The schema is not JSON.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public AvroContainerWriter(string schema, AvroContainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _options = options ?? new AvroContainerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BlockBytes, AvroContainerOptions.FewestBlockBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.BlockBytes, AvroContainerOptions.MostBlockBytes, nameof(options));
        if (_options.SyncMarker.Length is not 0 and not SyncBytes)
        {
            throw new ArgumentException($"A sync marker has {SyncBytes} bytes, not {_options.SyncMarker.Length}.", nameof(options));
        }

        _schema = Encoding.UTF8.GetBytes(schema);
        Check(_schema);
        _sync = _options.SyncMarker.IsEmpty ? RandomNumberGenerator.GetBytes(SyncBytes) : _options.SyncMarker.ToArray();
    }

    /// <summary>Writes the head of the file.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var head = new PooledBuffer();
        head.Append(AvroContainer.Magic);
        Varint.WriteZigZag(head, 2);
        Write(head, AvroContainer.SchemaKey);
        Write(head, _schema);
        Write(head, "avro.codec"u8);
        Write(head, _options.Codec switch { AvroCodec.Deflate => "deflate"u8, AvroCodec.Snappy => "snappy"u8, _ => "null"u8 });
        Varint.WriteZigZag(head, 0);
        head.Append(_sync);
        output.Write(head.Written);
        head.Release();
    }

    /// <summary>Appends a datum, which the caller has encoded by the schema. Full blocks go to <paramref name="output"/>.</summary>
    public void Append(IBufferWriter<byte> output, ReadOnlySpan<byte> datum)
    {
        BeginDatum().Append(datum);
        EndDatum(output);
    }

    /// <summary>Ends the block, so that a reader finds everything appended so far. Nothing is kept or written when nothing was appended.</summary>
    public void Flush(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _block.CutTo(_wholeBytes);
        if (_count > 0)
        {
            WriteBlock(output);
        }

        _block.Release();
    }

    /// <summary>Where the bytes of the next datum go. What is there of a datum that was not ended is forgotten.</summary>
    internal PooledBuffer BeginDatum()
    {
        _block.CutTo(_wholeBytes);
        return _block;
    }

    /// <summary>The datum is complete.</summary>
    internal void EndDatum(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _wholeBytes = _block.Count;
        _count++;
        if (_wholeBytes >= _options.BlockBytes)
        {
            WriteBlock(output);
        }
    }

    private static void Check(byte[] schema)
    {
        try
        {
            using var parsed = JsonDocument.Parse(schema);
        }
        catch (JsonException invalid)
        {
            throw new FormatException($"The Avro schema is not JSON: {invalid.Message}", invalid);
        }
    }

    private static void Write(PooledBuffer output, ReadOnlySpan<byte> bytes)
    {
        Varint.WriteZigZag(output, bytes.Length);
        output.Append(bytes);
    }

    private void WriteBlock(IBufferWriter<byte> output)
    {
        var compressed = new PooledBuffer();
        var head = new PooledBuffer();
        switch (_options.Codec)
        {
            case AvroCodec.Deflate:
                BlockCompression.Deflate(_block.Written, compressed);
                break;
            case AvroCodec.Snappy:
                BlockCompression.Snappy(_block.Written, compressed);
                var checksum = new Crc32();
                checksum.Update(_block.Segment);
                BinaryPrimitives.WriteUInt32BigEndian(compressed.GetSpan(sizeof(uint)), (uint)checksum.Value);
                compressed.Advance(sizeof(uint));
                break;
            default:
                break;
        }

        var bytes = _options.Codec == AvroCodec.Null ? _block.Written : compressed.Written;
        Varint.WriteZigZag(head, _count);
        Varint.WriteZigZag(head, bytes.Length);
        output.Write(head.Written);
        output.Write(bytes);
        output.Write(_sync);
        head.Release();
        compressed.Release();
        _block.CutTo(0);
        (_wholeBytes, _count) = (0, 0);
    }
}
