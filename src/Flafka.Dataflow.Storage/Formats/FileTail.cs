using System.Collections.Frozen;
using Flafka.Dataflow.Storage.Codecs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>Finds out how far a file is whole that a crash may have torn: up to there every event can be read, and every flushed one is in it.</summary>
/// <remarks>The file may have been written by an agent with another configuration, so all that is known of it is its name here and what it holds.</remarks>
/// <param name="name">What ledgers call it; never changed.</param>
internal abstract class FileTail(string name)
{
    /// <summary>Nothing is known of the format: all is kept.</summary>
    public static FileTail Unknown { get; } = new UnknownTail();

    /// <summary>Every event ends with a line feed.</summary>
    public static FileTail Lines { get; } = new LineTail();

    /// <summary>The file counts only when it is finished: nothing is kept.</summary>
    public static FileTail Unfinished { get; } = new UnfinishedTail();

    public static FileTail SequenceFile { get; } = new SequenceFileTail();

    public static FileTail Avro { get; } = new AvroTail();

    public static FileTail Parquet { get; } = new ParquetTail();

    public static FileTail Gzip { get; } = new InflateTail(isGzip: true);

    public static FileTail Zlib { get; } = new InflateTail(isGzip: false);

    public static FileTail BZip2 { get; } = new BZip2Tail();

    public static FileTail Snappy { get; } = new SnappyTail();

    private static readonly FrozenDictionary<string, FileTail> ByName =
        new[] { Unknown, Lines, Unfinished, SequenceFile, Avro, Parquet, Gzip, Zlib, BZip2, Snappy }.ToFrozenDictionary(static tail => tail.Name);

    /// <summary>What ledgers call it.</summary>
    public string Name { get; } = name;

    /// <summary>The rule that a ledger names. What a later version may have named keeps all.</summary>
    public static FileTail Named(string name) => ByName.GetValueOrDefault(name, Unknown);

    /// <summary>The rule for a file of unknown making; <see langword="null"/>: there is no telling.</summary>
    /// <param name="head">What it begins with.</param>
    /// <param name="suffix">What its name ends with, for the formats that show nothing.</param>
    public static FileTail? Detect(ReadOnlySpan<byte> head, string suffix) =>
        head.StartsWith("SEQ\u0006"u8) ? SequenceFile
        : head.StartsWith("Obj\u0001"u8) ? Avro
        : head.StartsWith("PAR1"u8) ? Parquet
        : head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Gzip
        : head.StartsWith("BZh"u8) ? BZip2
        : suffix == CompressionCodec.Snappy.Extension ? Snappy
        : suffix == CompressionCodec.Default.Extension ? Zlib
        : head.Contains((byte)0) ? null
        : Lines;

    /// <summary>The length to keep; 0 when there is no event in the file.</summary>
    /// <param name="file">The file; only read.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="abort">Cancels.</param>
    public abstract ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
