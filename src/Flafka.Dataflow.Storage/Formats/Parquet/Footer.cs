using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>The end of a file: what its columns are, and where they stand.</summary>
internal static class Footer
{
    private const int FormatVersion = 2;

    private const int Required = 0;
    private const int Optional = 1;
    private const int Repeated = 2;

    // Converted types are what logical types were called; old readers know no others.
    private const int ConvertedUtf8 = 0;
    private const int ConvertedMap = 1;
    private const int ConvertedTimestampMilliseconds = 9;

    private const int LogicalString = 1;
    private const int LogicalMap = 2;
    private const int LogicalTimestamp = 8;

    private static ReadOnlySpan<byte> CreatedBy => "flafka-dataflow version 0.1.0"u8;

    /// <summary>Writes the footer, its length and the magic number.</summary>
    /// <param name="output">Gets the bytes.</param>
    /// <param name="columns">The columns of the file.</param>
    /// <param name="leaves">How many are stored.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="groups">How many row groups there are.</param>
    /// <param name="described">What is said of each of them.</param>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<ParquetColumn> columns, int leaves, long rows, int groups, ReadOnlySpan<byte> described)
    {
        var bytes = new PooledBuffer();
        var footer = new ThriftWriter(bytes);
        footer.BeginItem();
        footer.Write(1, FormatVersion);
        WriteSchema(footer, columns, leaves);
        footer.Write(3, rows);
        footer.BeginStructs(4, groups);
        bytes.Append(described);
        footer.Write(6, CreatedBy);
        footer.BeginStructs(7, leaves);
        for (var i = 0; i < leaves; i++)
        {
            footer.BeginItem();
            footer.Begin(1); // ordered as the type is
            footer.End();
            footer.End();
        }

        footer.End();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), bytes.Count);
        bytes.Advance(sizeof(int));
        bytes.Append(ParquetWriter.Magic);
        output.Write(bytes.Written);
        bytes.Release();
    }

    private static void WriteSchema(ThriftWriter footer, IReadOnlyList<ParquetColumn> columns, int leaves)
    {
        var maps = leaves - columns.Count;
        footer.BeginStructs(2, 1 + columns.Count + (3 * maps));
        Group(footer, "schema", repetition: null, columns.Count);
        foreach (var column in columns)
        {
            var repetition = column.IsOptional ? Optional : Required;
            if (column.Type == ParquetType.StringMap)
            {
                Group(footer, column.Name, repetition, 1, isMap: true);
                Group(footer, "key_value", Repeated, 2);
                Value(footer, "key", Required, ParquetType.String);
                Value(footer, "value", Required, ParquetType.String);
            }
            else
            {
                Value(footer, column.Name, repetition, column.Type);
            }
        }
    }

    private static void Group(ThriftWriter footer, string name, int? repetition, int children, bool isMap = false)
    {
        footer.BeginItem();
        if (repetition is { } value)
        {
            footer.Write(3, value);
        }

        footer.Write(4, Encoding.UTF8.GetBytes(name));
        footer.Write(5, children);
        if (isMap)
        {
            footer.Write(6, ConvertedMap);
            BeginLogical(footer, LogicalMap);
            EndLogical(footer);
        }

        footer.End();
    }

    private static void Value(ThriftWriter footer, string name, int repetition, ParquetType type)
    {
        footer.BeginItem();
        footer.Write(1, (int)Leaf.Physical(type));
        footer.Write(3, repetition);
        footer.Write(4, Encoding.UTF8.GetBytes(name));
        if (type == ParquetType.String)
        {
            footer.Write(6, ConvertedUtf8);
            BeginLogical(footer, LogicalString);
            EndLogical(footer);
        }
        else if (type == ParquetType.Timestamp)
        {
            footer.Write(6, ConvertedTimestampMilliseconds);
            BeginLogical(footer, LogicalTimestamp);
            footer.Write(1, true); // in UTC
            footer.Begin(2);
            footer.Begin(1); // milliseconds
            footer.End();
            footer.End();
            EndLogical(footer);
        }

        footer.End();
    }

    private static void BeginLogical(ThriftWriter footer, int type)
    {
        footer.Begin(10);
        footer.Begin(type);
    }

    private static void EndLogical(ThriftWriter footer)
    {
        footer.End();
        footer.End();
    }
}
