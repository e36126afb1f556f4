namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>How values are encoded.</summary>
internal enum ParquetEncoding
{
    /// <summary>One after the other.</summary>
    Plain = 0,

    /// <summary>Levels.</summary>
    Rle = 3,

    /// <summary>Places in a dictionary.</summary>
    RleDictionary = 8,
}
