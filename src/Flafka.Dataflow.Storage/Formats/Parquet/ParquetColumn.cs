namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Name">Its name, unique within the file.</param>
/// <param name="Type">What its values are.</param>
/// <param name="IsOptional">Whether a row may be without a value. One that must have values takes a little less space.</param>
public sealed record ParquetColumn(string Name, ParquetType Type, bool IsOptional = true);
