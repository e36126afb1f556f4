using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>
/// Writes a Parquet file, row by row. The caller passes on the bytes that come out, for example to a <see cref="System.IO.Pipelines.PipeWriter"/> over a
/// file: they come in row groups, and the end with <see cref="Finish"/>, without which nobody can read the file. Not thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Begin"/> once; for each row set its columns by their places, in any order, and <see cref="EndRow"/>; <see cref="Finish"/> once. Columns
/// that were not set are missing in the row. Values are copied, nothing is allocated for each. The writer holds at most
/// <see cref="ParquetWriterOptions.RowGroupBytes"/> and one row; it ends row groups early where all writers of the process hold more than 256 MiB.
/// </remarks>
public sealed partial class ParquetWriter
{
    private readonly ParquetColumn[] _columns;
    private readonly ParquetWriterOptions _options;
    private readonly PageBuilder _pages;
    private readonly ColumnWriter[] _leaves;
    private readonly int[] _firstLeaf;
    private readonly long[] _rowsOf; // rows that have the column, the one at hand included
    private readonly PooledBuffer _text = new();
    private readonly PooledBuffer _described = new();
    private readonly ThriftWriter _describing;
    private readonly ParquetMemory.Account _memory;
    private long _position;
    private long _rows;
    private long _rowsBefore; // this group
    private int _groups;
    private int _rowsUnweighed;

    /// <summary>A file of these columns.</summary>
    /// <param name="columns">The columns in their order.</param>
    /// <param name="options">Settings; <see langword="null"/>: snappy, row groups of 16 MiB.</param>
    /// <exception cref="ArgumentException">There are no columns, two have one name, or a setting is out of its range.</exception>
    public ParquetWriter(IReadOnlyList<ParquetColumn> columns, ParquetWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _options = options ?? new ParquetWriterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.RowGroupBytes, ParquetWriterOptions.FewestRowGroupBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.RowGroupBytes, 1 << 30, nameof(options));
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count, nameof(columns));
        if (columns.GroupBy(column => column.Name).FirstOrDefault(same => same.Count() > 1) is { } same)
        {
            throw new ArgumentException($"Two columns are called '{same.Key}'.", nameof(columns));
        }

        _columns = [.. columns];
        _pages = new PageBuilder(_options.Compression);
        _describing = new ThriftWriter(_described);
        _firstLeaf = new int[_columns.Length];
        _rowsOf = new long[_columns.Length];
        var leaves = new List<Leaf>();
        for (var i = 0; i < _columns.Length; i++)
        {
            _firstLeaf[i] = leaves.Count;
            leaves.AddRange(Leaf.Of(_columns[i]));
        }

        var pageBytes = Math.Clamp(_options.RowGroupBytes / (2 * leaves.Count), 1024, _options.PageBytes);
        _leaves = [.. leaves.Select(leaf => new ColumnWriter(leaf, _pages, pageBytes))];
        _memory = _options.Memory.Open();
    }

    /// <summary>Rows that are complete.</summary>
    public long Rows => _rows;

    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Writes the head of the file.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Magic);
        _position = Magic.Length;
    }

    /// <summary>Ends a row. A row group that is full goes to <paramref name="output"/>.</summary>
    /// <exception cref="InvalidOperationException">A column that must have a value has none; the row can still be completed.</exception>
    public void EndRow(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_rowsOf[i] == _rows && !_columns[i].IsOptional)
            {
                throw new InvalidOperationException($"The row has no value for the column '{_columns[i].Name}', which must have one.");
            }
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            if (_rowsOf[i] == _rows)
            {
                SetMissing(i);
            }
        }

        _rows++;
        if (++_rowsUnweighed >= 64)
        {
            WeighGroup(output);
        }
    }

    /// <summary>Writes the last row group and the end of the file. What was set of a row that was not ended must not be there.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_rows > _rowsBefore)
        {
            EndGroup(output);
        }

        Footer.Write(output, _columns, _leaves.Length, _rows, _groups, _described.Written);
        _described.Release();
        _text.Release();
        _memory.Dispose();
    }

    private void SetMissing(int column)
    {
        if (_columns[column].Type == ParquetType.StringMap)
        {
            AddMissingMap(column, isNull: true);
        }
        else
        {
            _leaves[_firstLeaf[column]].AddMissing(0);
        }

        EndValue(column);
    }

    // An empty map is there, although it has no entry.
    private void AddMissingMap(int column, bool isNull)
    {
        var definition = isNull || !_columns[column].IsOptional ? 0 : 1;
        _leaves[_firstLeaf[column]].AddMissing(definition);
        _leaves[_firstLeaf[column] + 1].AddMissing(definition);
    }

    private void EndValue(int column)
    {
        _rowsOf[column]++;
        var leaf = _firstLeaf[column];
        var isFull = _leaves[leaf].EndRow();
        if (_columns[column].Type == ParquetType.StringMap)
        {
            isFull |= _leaves[leaf + 1].EndRow();
        }

        if (isFull)
        {
            _rowsUnweighed = int.MaxValue - 1; // weighed at the end of the row
        }
    }

    private void WeighGroup(IBufferWriter<byte> output)
    {
        _rowsUnweighed = 0;
        var held = 0L;
        foreach (var leaf in _leaves)
        {
            held += leaf.HeldBytes;
        }

        if (_memory.IsTooMuch(held) || held >= _options.RowGroupBytes)
        {
            EndGroup(output);
            _memory.IsTooMuch(0);
        }
    }

    private void EndGroup(IBufferWriter<byte> output)
    {
        var start = _position;
        var (uncompressed, compressed) = (0L, 0L);
        _describing.BeginItem();
        _describing.BeginStructs(1, _leaves.Length);
        foreach (var leaf in _leaves)
        {
            var sizes = leaf.MoveTo(output, _describing, _options.Compression, ref _position);
            uncompressed += sizes.Uncompressed;
            compressed += sizes.Compressed;
        }

        _describing.Write(2, uncompressed);
        _describing.Write(3, _rows - _rowsBefore);
        _describing.Write(5, start);
        _describing.Write(6, compressed);
        if (_groups <= short.MaxValue)
        {
            _describing.WriteShort(7, (short)_groups);
        }

        _describing.End();
        _pages.Release();
        _groups++;
        _rowsBefore = _rows;
    }
}
