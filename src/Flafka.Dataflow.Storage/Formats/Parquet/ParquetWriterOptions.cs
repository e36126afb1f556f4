namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Settings of a <see cref="ParquetWriter"/>.</summary>
public sealed record ParquetWriterOptions
{
    /// <summary>The fewest <see cref="RowGroupBytes"/>.</summary>
    public const int FewestRowGroupBytes = 64 * 1024;

    /// <summary>How pages are compressed.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>
    /// A row group ends with the row that brings what the writer holds to so many bytes; this is also about its size in the file. 64 KiB to 1 GiB.
    /// Readers like large groups; each open writer may hold as much, and all of the process together about 256 MiB, beyond which groups end earlier.
    /// </summary>
    public int RowGroupBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A page ends when its values have so many bytes before compression, or fewer where many columns share a row group.</summary>
    internal int PageBytes { get; init; } = 256 * 1024;

    /// <summary>What the writers share.</summary>
    internal ParquetMemory Memory { get; init; } = ParquetMemory.Shared;
}
