using Flafka.Dataflow.Storage.Formats.Parquet;
using FsCheck;
using FsCheck.Fluent;

namespace Flafka.Dataflow.Storage.Tests.Formats.Parquet;

/// <summary>A table: its columns, its rows, and how it is to be written.</summary>
internal sealed record ParquetSample(ParquetColumn[] Columns, object?[][] Rows, ParquetWriterOptions Options)
{
    private static readonly string[] Words = ["", "a", "häder", "日本", "a,b\n\"c\"", "🚀 to the moon"];

    /// <summary>Tables with every type, values that repeat and values that do not, and missing ones.</summary>
    public static Gen<ParquetSample> Any =>
        from count in Gen.Choose(1, 5)
        from types in Gen.Elements(Enum.GetValues<ParquetType>()).ArrayOf(count)
        from optional in Gen.Elements(true, false).ArrayOf(count)
        from domains in Gen.Elements(1, 3, 300, 1_000_000).ArrayOf(count)
        from missing in Gen.Elements(0, 10, 100).ArrayOf(count)
        from rows in Gen.Frequency((1, Gen.Choose(0, 20)), (3, Gen.Choose(0, 4000)))
        from seed in Gen.Choose(0, int.MaxValue)
        from compression in Gen.Elements(Enum.GetValues<ParquetCompression>())
        from pageBytes in Gen.Elements(1024, 20_000, 256 * 1024)
        select Make(
            [.. Enumerable.Range(0, count).Select(i => new ParquetColumn($"c{i} {types[i]}", types[i], optional[i]))], rows, domains, missing, seed,
            new ParquetWriterOptions { Compression = compression, PageBytes = pageBytes, RowGroupBytes = 64 * 1024 });

    public IEnumerable<string> Doubles => Columns.Where(column => column.Type == ParquetType.Double).Select(column => column.Name);

    /// <summary>Writes it as a sink would.</summary>
    public void WriteTo(string path)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new ParquetWriter(Columns, Options);
        writer.Begin(output);
        foreach (var row in Rows)
        {
            for (var column = Columns.Length - 1; column >= 0; column--)
            {
                if (row[column] is { } value)
                {
                    Set(writer, column, value);
                }
            }

            writer.EndRow(output);
        }

        writer.Finish(output);
        File.WriteAllBytes(path, output.WrittenSpan);
    }

    private static void Set(ParquetWriter writer, int column, object value)
    {
        switch (value)
        {
            case byte[] bytes:
                writer.Set(column, bytes);
                break;
            case string text:
                writer.Set(column, text);
                break;
            case bool flag:
                writer.Set(column, flag);
                break;
            case int number:
                writer.Set(column, number);
                break;
            case long number:
                writer.Set(column, number);
                break;
            case double number:
                writer.Set(column, number);
                break;
            case DateTimeOffset time:
                writer.Set(column, time);
                break;
            default:
                writer.Set(column, (IEnumerable<KeyValuePair<string, string>>)value);
                break;
        }
    }

    private static ParquetSample Make(ParquetColumn[] columns, int rows, int[] domains, int[] missing, int seed, ParquetWriterOptions options)
    {
        var random = new Random(seed);
        var table = new object?[rows][];
        for (var row = 0; row < rows; row++)
        {
            table[row] = [.. columns.Select((column, i) => column.IsOptional && random.Next(100) < missing[i] ? null : Value(column.Type, random.Next(domains[i])))];
        }

        return new ParquetSample(columns, table, options);
    }

    // The same number gives the same value.
    private static object Value(ParquetType type, int n) => type switch
    {
        ParquetType.Bytes => n % 5 == 0 ? [] : BitConverter.GetBytes((ulong)n * 0x9E3779B97F4A7C15).AsSpan(0, 1 + (n % 8)).ToArray(),
        ParquetType.String => Words[n % Words.Length] + (n > 10 ? n : ""),
        ParquetType.Boolean => n % 3 == 0,
        ParquetType.Int32 => n % 7 == 0 ? int.MinValue : n * -1640531527,
        ParquetType.Int64 => n % 7 == 0 ? long.MaxValue : (long)((ulong)n * 0x9E3779B97F4A7C15),
        ParquetType.Double => (n % 9) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => -0.0, 3 => double.Epsilon, _ => n / 3.0 },
        ParquetType.Timestamp => DateTimeOffset.FromUnixTimeMilliseconds((n - 1000L) * 86_399_99),
        _ => Enumerable.Range(0, n % 4).ToDictionary(i => Words[(n + i) % Words.Length] + i, i => Words[(n * i) % Words.Length] + n),
    };
}
