#pragma warning disable CA1720 // what a user writes
namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>What a Parquet file makes of the body of an event.</summary>
public enum ParquetBody
{
    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Text.</summary>
    String,
}
