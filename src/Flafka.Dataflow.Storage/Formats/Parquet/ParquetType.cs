#pragma warning disable CA1720 // these are the names that those who use Parquet know
namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>What the values of a Parquet column are.</summary>
public enum ParquetType
{
    /// <summary>Bytes without a meaning (<c>BYTE_ARRAY</c>).</summary>
    Bytes,

    /// <summary>Text in UTF-8 (<c>BYTE_ARRAY</c>, <c>STRING</c>).</summary>
    String,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64,

    /// <summary>Floating point numbers of 64 bits.</summary>
    Double,

    /// <summary>Milliseconds since 1970 in UTC (<c>INT64</c>, <c>TIMESTAMP</c>).</summary>
    Timestamp,

    /// <summary>Maps from text to text (<c>MAP</c>).</summary>
    StringMap,
}
