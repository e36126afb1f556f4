using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow.Storage.Codecs;

/// <summary>A compression of Hadoop: what it writes, Hadoop's codec of the same name reads.</summary>
/// <remarks>Has no state; thread-safe.</remarks>
public abstract class CompressionCodec
{
    private protected CompressionCodec(string javaClass, string extension) => (JavaClass, Extension) = (javaClass, extension);

    /// <summary><c>GzipCodec</c>: members of gzip, <c>.gz</c>.</summary>
    public static CompressionCodec Gzip { get; } = new GzipCodec();

    /// <summary><c>DefaultCodec</c>: streams of zlib, <c>.deflate</c>.</summary>
    public static CompressionCodec Default { get; } = new DeflateCodec("DefaultCodec");

    /// <summary><c>DeflateCodec</c>: the same as <see cref="Default"/> under another name.</summary>
    public static CompressionCodec Deflate { get; } = new DeflateCodec("DeflateCodec");

    /// <summary><c>BZip2Codec</c>: streams of bzip2, <c>.bz2</c>.</summary>
    public static CompressionCodec BZip2 { get; } = new BZip2Codec();

    /// <summary><c>SnappyCodec</c>: Snappy in Hadoop's block framing, <c>.snappy</c>. Other tools read another framing.</summary>
    public static CompressionCodec Snappy { get; } = new SnappyCodec();

    /// <summary>The Java class, by which a SequenceFile names it.</summary>
    public string JavaClass { get; }

    /// <summary>What names of files end with, with the dot.</summary>
    public string Extension { get; }

    /// <summary>Compresses data into one stream that is complete in itself. Such streams may stand behind one another in a file.</summary>
    /// <param name="data">What to compress.</param>
    /// <param name="output">Takes the stream.</param>
    public abstract void Compress(ReadOnlySpan<byte> data, IBufferWriter<byte> output);

    /// <summary>Finds a codec by a value of <c>hdfs.codeC</c>: <c>gzip</c>, <c>GzipCodec</c> or <c>org.apache.hadoop.io.compress.GzipCodec</c>.</summary>
    /// <param name="name">The name; the full class name with its own case, the others in any.</param>
    /// <param name="codec">The codec.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out CompressionCodec? codec)
    {
        codec = CodecNames.Find(name)?.Codec;
        return codec is not null;
    }

    /// <summary>How the whole part of a file of such streams is found.</summary>
    internal abstract Formats.FileTail Tail { get; }

    /// <inheritdoc/>
    public override string ToString() => JavaClass;
}
