namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Parquet's own types.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
}

/// <summary>One column as it is stored; a map is two.</summary>
/// <param name="Path">The names from the root.</param>
/// <param name="Type">How values are stored.</param>
/// <param name="MostDefinition">The definition level of a value that is there.</param>
/// <param name="MostRepetition">1 where a row may have several values.</param>
internal sealed record Leaf(string[] Path, PhysicalType Type, int MostDefinition, int MostRepetition)
{
    /// <summary>The length of every value; 0 when they differ in length, behind which they stand then.</summary>
    public int ValueBytes => Type switch
    {
        PhysicalType.Boolean => 1, // until they are packed
        PhysicalType.Int32 => sizeof(int),
        PhysicalType.ByteArray => 0,
        _ => sizeof(long),
    };

    /// <summary>The columns that are stored for a column.</summary>
    public static Leaf[] Of(ParquetColumn column)
    {
        var optional = column.IsOptional ? 1 : 0;
        return column.Type == ParquetType.StringMap
            ? [Entry("key"), Entry("value")]
            : [new Leaf([column.Name], Physical(column.Type), optional, 0)];

        Leaf Entry(string part) => new([column.Name, "key_value", part], PhysicalType.ByteArray, optional + 1, 1);
    }

    /// <summary>How the values of a type are stored.</summary>
    public static PhysicalType Physical(ParquetType type) => type switch
    {
        ParquetType.Boolean => PhysicalType.Boolean,
        ParquetType.Int32 => PhysicalType.Int32,
        ParquetType.Int64 or ParquetType.Timestamp => PhysicalType.Int64,
        ParquetType.Double => PhysicalType.Double,
        _ => PhysicalType.ByteArray,
    };
}
