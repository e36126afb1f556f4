using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Codecs;

public class CompressionCodecTests
{
    public static IEnumerable<CompressionCodec> All =>
        [CompressionCodec.Gzip, CompressionCodec.BZip2, CompressionCodec.Snappy, CompressionCodec.Deflate, CompressionCodec.Default];

    [TestCase("gzip", "GzipCodec", ".gz")]
    [TestCase("GZIP", "GzipCodec", ".gz")]
    [TestCase("gzipcodec", "GzipCodec", ".gz")]
    [TestCase("org.apache.hadoop.io.compress.GzipCodec", "GzipCodec", ".gz")]
    [TestCase("bzip2", "BZip2Codec", ".bz2")]
    [TestCase("BZip2Codec", "BZip2Codec", ".bz2")]
    [TestCase("default", "DefaultCodec", ".deflate")]
    [TestCase("DefaultCodec", "DefaultCodec", ".deflate")]
    [TestCase("deflate", "DeflateCodec", ".deflate")]
    [TestCase("Snappy", "SnappyCodec", ".snappy")]
    [TestCase("snappyCodec", "SnappyCodec", ".snappy")]
    public void Names_are_those_of_Hadoop(string name, string javaClass, string extension)
    {
        Assert.That(CompressionCodec.TryFind(name, out var codec), Is.True);
        Assert.That(codec!.JavaClass, Is.EqualTo("org.apache.hadoop.io.compress." + javaClass));
        Assert.That(codec.Extension, Is.EqualTo(extension));
    }

    [TestCase("org.apache.hadoop.io.compress.gzipcodec")]
    [TestCase("lzo")]
    [TestCase("lz4")]
    [TestCase("zstandard")]
    [TestCase("none")]
    [TestCase("")]
    [TestCase("gz")]
    [TestCase("codec")]
    public void Other_names_are_not_found(string name) => Assert.That(CompressionCodec.TryFind(name, out _), Is.False);

    [TestCase("lz4", true, "there is no library for 'lz4' (org.apache.hadoop.io.compress.Lz4Codec) here: gzip compresses about as well, snappy is about as fast, and Hadoop reads both")]
    [TestCase("LzopCodec", true, "there is no library for 'LzopCodec' (com.hadoop.compression.lzo.LzopCodec) here: gzip compresses about as well, snappy is about as fast, and Hadoop reads both")]
    [TestCase("zstd", true, "there is no library for 'zstd' (org.apache.hadoop.io.compress.ZStandardCodec) here: gzip compresses about as well, snappy is about as fast, and Hadoop reads both")]
    [TestCase("None", false, "'none' is no codec: leave hdfs.codeC out for files that are not compressed")]
    [TestCase("gz", false, "'gz' is no codec; there are gzip, bzip2, snappy, deflate and default")]
    public void Names_that_do_not_work_are_explained(string name, bool isOfFlume, string fault)
    {
        Assert.That(CodecNames.FaultOf(name, out var known), Is.EqualTo(fault));
        Assert.That(known, Is.EqualTo(isOfFlume));
    }

    [TestCaseSource(nameof(All))]
    public void Streams_behind_one_another_unpack_to_what_was_packed(CompressionCodec codec)
    {
        var random = new Random(7);
        var packed = new WriteBuffer();
        var plain = new List<byte>();
        foreach (var length in new[] { 1, 5, 1000, 131_072, 131_073, 1_000_000, 3 })
        {
            var data = new byte[length];
            random.NextBytes(data);
            Array.Fill(data, (byte)'x', 0, length / 2);
            codec.Compress(data, packed);
            plain.AddRange(data);
        }

        Assert.That(Unpack.All(codec, packed.Written.ToArray()), Is.EqualTo(plain));
    }
}
