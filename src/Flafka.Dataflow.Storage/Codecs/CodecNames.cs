namespace Flafka.Dataflow.Storage.Codecs;

/// <summary>The codecs that a configuration of Flume may name, also those that do not exist here.</summary>
internal static class CodecNames
{
    private const string Hadoop = "org.apache.hadoop.io.compress.";
    private const string Lzo = "com.hadoop.compression.lzo.";

    private static readonly (string JavaClass, CompressionCodec? Codec)[] All =
    [
        (CompressionCodec.Gzip.JavaClass, CompressionCodec.Gzip),
        (CompressionCodec.BZip2.JavaClass, CompressionCodec.BZip2),
        (CompressionCodec.Snappy.JavaClass, CompressionCodec.Snappy),
        (CompressionCodec.Deflate.JavaClass, CompressionCodec.Deflate),
        (CompressionCodec.Default.JavaClass, CompressionCodec.Default),
        (Hadoop + "Lz4Codec", null),
        (Hadoop + "ZStandardCodec", null),
        (Lzo + "LzoCodec", null),
        (Lzo + "LzopCodec", null),
    ];

    /// <summary>The names that work.</summary>
    public const string Choices = "gzip, bzip2, snappy, deflate and default";

    /// <summary>What a name stands for; a codec that only Hadoop has is <see langword="null"/> in it.</summary>
    public static (string JavaClass, CompressionCodec? Codec)? Find(string name)
    {
        foreach (var row in All)
        {
            if (IsNameOf(name, row.JavaClass))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>What is wrong with a name; <see langword="null"/> when it names a codec that works.</summary>
    /// <param name="name">The value of the user.</param>
    /// <param name="isOfFlume">Whether Flume has what is missing here.</param>
    public static string? FaultOf(string name, out bool isOfFlume)
    {
        var found = Find(name) ?? (string.Equals(name, "zstd", StringComparison.OrdinalIgnoreCase) ? (Hadoop + "ZStandardCodec", null) : null);
        isOfFlume = found is { Codec: null };
        return found switch
        {
            { Codec: not null } => null,
            { JavaClass: var java } => $"there is no library for '{name}'{(name == java ? "" : $" ({java})")} here: gzip compresses about as well, snappy is about as fast, and Hadoop reads both",
            null when string.Equals(name, "none", StringComparison.OrdinalIgnoreCase) => "'none' is no codec: leave hdfs.codeC out for files that are not compressed",
            null => $"'{name}' is no codec; there are {Choices}",
        };
    }

    // Flume-compatible: the full name as it is, the short one in any case, and that also without 'Codec'.
    private static bool IsNameOf(string name, string javaClass)
    {
        var simple = javaClass.AsSpan(javaClass.LastIndexOf('.') + 1);
        return name == javaClass
            || simple.Equals(name, StringComparison.OrdinalIgnoreCase)
            || simple[..^"Codec".Length].Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
