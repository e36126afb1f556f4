using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <content>Setting the values of a row.</content>
public sealed partial class ParquetWriter
{
    /// <summary>Sets bytes, or text in UTF-8; what is not UTF-8 in a column of text becomes U+FFFD.</summary>
    /// <param name="column">The place of the column.</param>
    /// <param name="value">The value; copied.</param>
    /// <exception cref="InvalidOperationException">The column has another type, or was set in this row; the row is as it was.</exception>
    public void Set(int column, ReadOnlySpan<byte> value)
    {
        if (_columns[column].Type == ParquetType.Bytes || (_columns[column].Type == ParquetType.String && Utf8.IsValid(value)))
        {
            Add(column, _columns[column].Type, value);
        }
        else
        {
            Set(column, Encoding.UTF8.GetString(value));
        }
    }

    /// <summary>Sets a text.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, ReadOnlySpan<char> value)
    {
        Require(column, ParquetType.String);
        AddText(_leaves[_firstLeaf[column]], value, isRepeated: false);
        EndValue(column);
    }

    /// <summary>Sets a text.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Set(column, value.AsSpan());
    }

    /// <summary>Sets a whole number, or milliseconds since 1970.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, long value)
    {
        var bytes = BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
        Add(column, _columns[column].Type == ParquetType.Timestamp ? ParquetType.Timestamp : ParquetType.Int64, Bytes(ref bytes));
    }

    /// <summary>Sets a whole number.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, int value)
    {
        if (_columns[column].Type != ParquetType.Int32)
        {
            Set(column, (long)value);
            return;
        }

        var bytes = BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
        Add(column, ParquetType.Int32, Bytes(ref bytes));
    }

    /// <summary>Sets a floating point number.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        bits = BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits);
        Add(column, ParquetType.Double, Bytes(ref bits));
    }

    /// <summary>Sets true or false.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, bool value) => Add(column, ParquetType.Boolean, [value ? (byte)1 : (byte)0]);

    /// <summary>Sets a time, cut to milliseconds.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, DateTimeOffset value)
    {
        Require(column, ParquetType.Timestamp);
        Set(column, value.ToUnixTimeMilliseconds());
    }

    /// <summary>Sets a map.</summary>
    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
    public void Set(int column, IEnumerable<KeyValuePair<string, string>> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        KeyValuePair<string, string>[] entries = [.. value]; // what throws here has changed nothing
        if (Array.Exists(entries, static entry => entry.Key is null || entry.Value is null))
        {
            throw new ArgumentException($"A key or a value in the map for the column '{_columns[column].Name}' is null.", nameof(value));
        }

        BeginMap(column);
        for (var i = 0; i < entries.Length; i++)
        {
            AddEntry(column, i, entries[i].Key, entries[i].Value);
        }

        EndMap(column, entries.Length);
    }

    /// <summary>Begins a map; <see cref="AddEntry"/> and <see cref="EndMap"/> follow.</summary>
    internal void BeginMap(int column) => Require(column, ParquetType.StringMap);

    /// <summary>Adds an entry to the map.</summary>
    internal void AddEntry(int column, int index, string key, string value)
    {
        var leaf = _firstLeaf[column];
        AddText(_leaves[leaf], key, index > 0);
        AddText(_leaves[leaf + 1], value, index > 0);
    }

    /// <summary>Ends the map.</summary>
    internal void EndMap(int column, int count)
    {
        if (count == 0)
        {
            AddMissingMap(column, isNull: false);
        }

        EndValue(column);
    }

    private static ReadOnlySpan<byte> Bytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value));

    private void Require(int column, ParquetType type)
    {
        if (_columns[column].Type != type || _rowsOf[column] != _rows)
        {
            Refuse(column, type);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refuse(int column, ParquetType type) => throw new InvalidOperationException(
        _columns[column].Type != type ? $"The column '{_columns[column].Name}' holds {_columns[column].Type}, not {type}."
        : $"The column '{_columns[column].Name}' was set in this row already.");

    private void Add(int column, ParquetType type, ReadOnlySpan<byte> value)
    {
        Require(column, type);
        _leaves[_firstLeaf[column]].Add(value);
        EndValue(column);
    }

    private void AddText(ColumnWriter leaf, ReadOnlySpan<char> text, bool isRepeated)
    {
        _text.CutTo(0);
        _text.Advance(Encoding.UTF8.GetBytes(text, _text.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
        leaf.Add(_text.Written, isRepeated);
    }
}
