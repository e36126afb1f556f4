using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>
/// Writes events as records of a Hadoop SequenceFile: the key is a <c>LongWritable</c> with the header <c>timestamp</c>, or the time of writing
/// without one, the value the body. Headers are not stored.
/// </summary>
/// <remarks>
/// One instance per file, not thread-safe. <see cref="Flush"/> ends a block and writes a sync marker, where readers may begin. With block
/// compression records are held until then, or until they are 1,000,000 bytes. A file cannot be continued after it was closed.
/// </remarks>
/// <example><code>
/// var writer = new SequenceFileWriter(new SequenceFileOptions { Value = SequenceFileValue.Text, Codec = CompressionCodec.Gzip });
/// var pipe = PipeWriter.Create(File.Create("events.seq"));
/// writer.Begin(pipe);
/// writer.Write(pipe, FlumeEvent.FromText("hello"));
/// writer.Flush(pipe);
/// writer.Finish(pipe);
/// await pipe.CompleteAsync();
/// </code></example>
public sealed class SequenceFileWriter : IEventSerializer, ITailedWriter
{
    internal const int SyncBytes = 16;
    private const int SyncIntervalBytes = 100 * 1024; // as Hadoop does; flushes mostly come first
    private const string KeyClass = "org.apache.hadoop.io.LongWritable";

    private readonly SequenceFileOptions _options;
    private readonly byte[] _sync;
    private readonly SequenceFileBlock? _block;
    private readonly WriteBuffer _value = new();
    private long _sinceSync;
    private bool _isSynced = true;

    /// <param name="options">What the file is like.</param>
    public SequenceFileWriter(SequenceFileOptions options)
        : this(options, RandomNumberGenerator.GetBytes(SyncBytes))
    {
    }

    internal SequenceFileWriter(SequenceFileOptions options, byte[] sync)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _sync) = (options, sync);
        if (options is { Codec: { } codec, Compression: SequenceFileCompression.Block })
        {
            _block = new SequenceFileBlock(codec);
        }
    }

    /// <inheritdoc/>
    public bool SupportsReopen => false;

    FileTail ITailedWriter.Tail => FileTail.SequenceFile;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output)
    {
        output.Write("SEQ\u0006"u8);
        WriteText(output, KeyClass);
        WriteText(output, "org.apache.hadoop.io." + (_options.Value == SequenceFileValue.Text ? "Text" : "BytesWritable"));
        output.Write([_options.Codec is null ? (byte)0 : (byte)1, _block is null ? (byte)0 : (byte)1]);
        if (_options.Codec is { } codec)
        {
            WriteText(output, codec.JavaClass);
        }

        output.WriteInt32(0); // metadata
        output.Write(_sync);
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(flumeEvent);
        var key = KeyOf(flumeEvent);
        var body = flumeEvent.Body.Span;
        if (_block is not null)
        {
            _block.Add(key, body, _options.Value);
            if (_block.IsFull)
            {
                _block.WriteTo(output, _sync);
            }

            return;
        }

        if (_sinceSync >= SyncIntervalBytes)
        {
            WriteSync(output);
        }

        _sinceSync += _options.Codec is { } codec ? WriteCompressed(output, key, body, codec) : WritePlain(output, key, body);
        _isSynced = false;
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output)
    {
        _block?.WriteTo(output, _sync);
        if (!_isSynced)
        {
            WriteSync(output);
        }
    }

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output) => _block?.WriteTo(output, _sync);

    private long KeyOf(FlumeEvent flumeEvent)
    {
        if (flumeEvent.Headers.TryGetInt64("timestamp", out var milliseconds))
        {
            return milliseconds;
        }

        return flumeEvent.Headers.TryGet("timestamp", out var text)
            ? throw new PoisonEventException($"The header 'timestamp' is '{text}', not a whole number of milliseconds since 1970.", 0)
            : _options.Time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    private int WritePlain(IBufferWriter<byte> output, long key, ReadOnlySpan<byte> body)
    {
        var valueBytes = HadoopBytes.SizeOfValue(body.Length, _options.Value);
        WriteRecordHead(output, key, valueBytes);
        output.WriteValue(body, _options.Value);
        return valueBytes + sizeof(long) + (2 * sizeof(int));
    }

    private int WriteCompressed(IBufferWriter<byte> output, long key, ReadOnlySpan<byte> body, Codecs.CompressionCodec codec)
    {
        _value.Clear();
        _value.WriteValue(body, _options.Value);
        var plain = _value.Count;
        codec.Compress(_value.Written.Span[..plain], _value);
        var value = _value.Written.Span[plain..];
        WriteRecordHead(output, key, value.Length);
        output.Write(value);
        return value.Length + sizeof(long) + (2 * sizeof(int));
    }

    private static void WriteRecordHead(IBufferWriter<byte> output, long key, int valueBytes)
    {
        output.WriteInt32(sizeof(long) + valueBytes);
        output.WriteInt32(sizeof(long));
        output.WriteInt64(key);
    }

    private void WriteSync(IBufferWriter<byte> output)
    {
        output.WriteInt32(-1);
        output.Write(_sync);
        _sinceSync = 0;
        _isSynced = true;
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        output.WriteVInt(text.Length);
        Encoding.ASCII.GetBytes(text, output);
    }
}
