namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Which headers of an event a Parquet file has in its column <c>headers</c>.</summary>
public enum ParquetHeaders
{
    /// <summary>Those that are in no column of their own.</summary>
    Rest,

    /// <summary>Every one.</summary>
    All,

    /// <summary>There is no such column.</summary>
    None,
}
