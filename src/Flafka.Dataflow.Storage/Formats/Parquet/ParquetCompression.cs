namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>How the pages of a Parquet file are compressed.</summary>
public enum ParquetCompression
{
    /// <summary>Not at all.</summary>
    Uncompressed,

    /// <summary>Snappy: little work.</summary>
    Snappy,

    /// <summary>Gzip: smaller files, more work.</summary>
    Gzip,
}
