using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>
/// One stored column of the row group at hand: finished pages, compressed, and the page that is being filled. A column begins with a dictionary
/// and gives it up where values hardly repeat. Not thread-safe.
/// </summary>
/// <param name="leaf">What the column is.</param>
/// <param name="pages">Makes the pages; shared by the columns of a file.</param>
/// <param name="pageBytes">When a page is full.</param>
internal sealed class ColumnWriter(Leaf leaf, PageBuilder pages, int pageBytes)
{
    private const int MostEntries = 32 * 1024; // in a page
    private const int ProbeValues = 1024;

    private readonly int _prefixBytes = leaf.ValueBytes == 0 ? sizeof(int) : 0;
    private readonly PooledBuffer _values = new();
    private readonly PooledBuffer _definitions = new();
    private readonly PooledBuffer _repetitions = new();
    private readonly SegmentedBuffer _done = new();
    private readonly Bounds _bounds = new(leaf.Type);
    private readonly ValueDictionary _dictionary = new(leaf.ValueBytes);

    private bool _tries = leaf.Type != PhysicalType.Boolean; // the dictionary
    private bool _fills = leaf.Type != PhysicalType.Boolean;
    private bool _hasDictionaryPages;
    private int[] _places = [];
    private int _placeCount;
    private int _plainBytes; // what the places would be without the dictionary
    private int _weight; // of the page; what many times repeats counts for a part of its length

    private int _entries;
    private int _missing;
    private long _chunkEntries;
    private long _chunkMissing;
    private long _uncompressed;

    /// <summary>About the memory that the column holds.</summary>
    public long HeldBytes => _done.Length + PageBytes + _dictionary.HeldBytes;

    private int PageBytes => _values.Count + (sizeof(int) * _placeCount) + _definitions.Count + _repetitions.Count;

    /// <summary>Adds a value: the bytes that a plain page has, but for the length.</summary>
    public void Add(ReadOnlySpan<byte> value, bool isRepeated = false)
    {
        AddLevels(leaf.MostDefinition, isRepeated);
        if (_fills)
        {
            if (_placeCount == _places.Length)
            {
                Array.Resize(ref _places, Math.Max(16, 2 * _placeCount));
            }

            _places[_placeCount++] = _dictionary.FindOrAdd(value);
            _plainBytes += value.Length + _prefixBytes;
            _weight += sizeof(int) + (value.Length / 4);
            return;
        }

        _weight += value.Length + _prefixBytes;
        if (_prefixBytes > 0)
        {
            var span = _values.GetSpan(sizeof(int) + value.Length);
            BinaryPrimitives.WriteInt32LittleEndian(span, value.Length);
            value.CopyTo(span[sizeof(int)..]);
            _values.Advance(sizeof(int) + value.Length);
        }
        else
        {
            value.CopyTo(_values.GetSpan(value.Length));
            _values.Advance(value.Length);
        }
    }

    /// <summary>Adds a row, or a map, without a value.</summary>
    /// <param name="definition">How much of the path is there.</param>
    public void AddMissing(int definition)
    {
        if (_missing++ == 0 && leaf.MostRepetition == 0)
        {
            // Levels of a flat column are written down from the first value on that is missing.
            _definitions.GetSpan(_entries)[.._entries].Fill((byte)leaf.MostDefinition);
            _definitions.Advance(_entries);
        }

        AddLevels(definition, isRepeated: false);
    }

    /// <summary>A row is complete. Tells whether a page was finished.</summary>
    public bool EndRow()
    {
        if (_fills && (_dictionary.Plain.Length > pageBytes || (_placeCount == ProbeValues && !_hasDictionaryPages && !Pays())))
        {
            LeaveDictionary();
        }

        if (_weight < pageBytes && _entries < MostEntries)
        {
            return false;
        }

        EndPage();
        return true;
    }

    /// <summary>Writes everything and begins anew.</summary>
    /// <param name="output">Gets the pages.</param>
    /// <param name="footer">Gets what the end of the file says of them.</param>
    /// <param name="codec">How pages are compressed.</param>
    /// <param name="position">Where in the file the pages begin; behind them afterwards.</param>
    /// <returns>The bytes before compression, and after it.</returns>
    public (long Uncompressed, long Compressed) MoveTo(IBufferWriter<byte> output, ThriftWriter footer, ParquetCompression codec, ref long position)
    {
        if (_entries > 0)
        {
            EndPage();
        }

        var start = position;
        if (_hasDictionaryPages)
        {
            _bounds.Add(_dictionary.Plain);
            pages.Raw.CutTo(0);
            pages.Raw.Append(_dictionary.Plain);
            pages.Seal(isDictionary: true, _dictionary.Count, ParquetEncoding.Plain);
            output.Write(pages.Header);
            output.Write(pages.Body);
            position += pages.Header.Length + pages.Body.Length;
            _uncompressed += pages.Header.Length + pages.Raw.Count;
        }

        var data = position;
        position += _done.Length;
        _done.MoveTo(output);
        Describe(footer, codec, start, data, position - start);
        var sizes = (_uncompressed, position - start);
        Begin();
        return sizes;
    }

    private void Begin()
    {
        _dictionary.Clear();
        _bounds.Clear();
        _values.Release();
        _definitions.Release();
        _repetitions.Release();
        (_fills, _hasDictionaryPages, _places) = (_tries, false, []);
        (_chunkEntries, _chunkMissing, _uncompressed) = (0, 0, 0);
    }

    private void AddLevels(int definition, bool isRepeated)
    {
        _entries++;
        if (leaf.MostRepetition > 0)
        {
            _repetitions.Append([isRepeated ? (byte)1 : (byte)0]);
            _definitions.Append([(byte)definition]);
        }
        else if (_missing > 0)
        {
            _definitions.Append([(byte)definition]);
        }
    }

    private bool Pays() =>
        _dictionary.Plain.Length + (_placeCount * (long)Hybrid.Width(_dictionary.Count) / 8) < _plainBytes;

    // What is in the page at hand becomes plain, unless the dictionary is worth its place up to here.
    private void LeaveDictionary()
    {
        _fills = false;
        if (_hasDictionaryPages || Pays())
        {
            EndPage();
            return;
        }

        _tries = false; // in later groups neither
        foreach (var place in _places.AsSpan(0, _placeCount))
        {
            _values.Append(_dictionary.PlainAt(place));
        }

        _weight = _values.Count;
        (_places, _placeCount, _plainBytes) = ([], 0, 0);
        _dictionary.Clear();
    }

    private void EndPage()
    {
        if (_fills && _placeCount > 0 && !_hasDictionaryPages && !Pays())
        {
            LeaveDictionary();
        }

        var raw = pages.Raw;
        raw.CutTo(0);
        if (leaf.MostRepetition > 0)
        {
            WriteLevels(raw, _repetitions.Written, 1);
        }

        if (leaf.MostDefinition > 0)
        {
            WriteLevels(raw, _definitions.Written, leaf.MostDefinition);
        }

        var isCoded = _placeCount > 0;
        WriteValues(raw, isCoded);
        pages.Seal(isDictionary: false, _entries, isCoded ? ParquetEncoding.RleDictionary : ParquetEncoding.Plain);
        _done.Append(pages.Header);
        _done.Append(pages.Body);
        _uncompressed += pages.Header.Length + raw.Count;
        _hasDictionaryPages |= isCoded;
        _chunkEntries += _entries;
        _chunkMissing += _missing;
        _values.CutTo(0);
        _definitions.CutTo(0);
        _repetitions.CutTo(0);
        (_entries, _missing, _placeCount, _plainBytes, _weight) = (0, 0, 0, 0, 0);
    }

    private void WriteValues(PooledBuffer raw, bool isCoded)
    {
        if (isCoded)
        {
            var width = Hybrid.Width(_dictionary.Count - 1);
            raw.Append([(byte)width]);
            Hybrid.Write<int>(raw, _places.AsSpan(0, _placeCount), width);
            return;
        }

        _bounds.Add(_values.Written);
        if (leaf.Type != PhysicalType.Boolean)
        {
            raw.Append(_values.Written);
            return;
        }

        var flags = _values.Written;
        var packed = raw.GetSpan((flags.Length + 7) / 8)[..((flags.Length + 7) / 8)];
        packed.Clear();
        for (var i = 0; i < flags.Length; i++)
        {
            packed[i / 8] |= (byte)(flags[i] << (i % 8));
        }

        raw.Advance(packed.Length);
    }

    private void WriteLevels(PooledBuffer raw, ReadOnlySpan<byte> levels, int most)
    {
        var start = raw.Count;
        raw.Append([0, 0, 0, 0]);
        if (levels.IsEmpty)
        {
            Hybrid.WriteRun(raw, most, _entries, Hybrid.Width(most)); // nothing is missing
        }
        else
        {
            Hybrid.Write(raw, levels, Hybrid.Width(most));
        }

        BinaryPrimitives.WriteInt32LittleEndian(raw.WrittenFrom(start), raw.Count - start - sizeof(int));
    }

    private void Describe(ThriftWriter footer, ParquetCompression codec, long start, long data, long compressed)
    {
        footer.BeginItem();
        footer.Write(2, start);
        footer.Begin(3);
        footer.Write(1, (int)leaf.Type);
        footer.Write(2, Encodings());
        footer.BeginTexts(3, leaf.Path.Length);
        foreach (var name in leaf.Path)
        {
            footer.Item(Encoding.UTF8.GetBytes(name));
        }

        footer.Write(4, (int)codec);
        footer.Write(5, _chunkEntries);
        footer.Write(6, _uncompressed);
        footer.Write(7, compressed);
        footer.Write(9, data);
        if (_hasDictionaryPages)
        {
            footer.Write(11, start);
        }

        footer.Begin(12);
        footer.Write(3, _chunkMissing);
        if (_bounds.AreKnown)
        {
            footer.Write(5, _bounds.Most);
            footer.Write(6, _bounds.Least);
        }

        footer.End();
        footer.End();
        footer.End();
    }

    private ReadOnlySpan<int> Encodings() =>
        !_hasDictionaryPages ? [(int)ParquetEncoding.Plain, (int)ParquetEncoding.Rle]
        : [(int)ParquetEncoding.RleDictionary, (int)ParquetEncoding.Plain, (int)ParquetEncoding.Rle];
}
