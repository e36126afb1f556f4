using System.Collections.Frozen;

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

    /// <summary>Avro's object container.</summary>
    public static FileTail AvroBlocks { get; } = new AvroTail();

    /// <summary>Parquet, which counts only with its end.</summary>
    public static FileTail ParquetEnd { get; } = new ParquetTail();

    private static readonly FrozenDictionary<string, FileTail> ByName = new[] { Unknown, Lines, AvroBlocks, ParquetEnd }.ToFrozenDictionary(static tail => tail.Name);

    /// <summary>What ledgers call it.</summary>
    public string Name { get; } = name;

    /// <summary>The rule that a ledger names. What a later version may have named keeps all.</summary>
    public static FileTail Named(string name) => ByName.GetValueOrDefault(name, Unknown);

    /// <summary>The length to keep; 0 when there is no event in the file.</summary>
    /// <param name="file">The file; only read.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="abort">Cancels.</param>
    public abstract ValueTask<long> FindWholeAsync(IStorageFile file, long length, CancellationToken abort);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
