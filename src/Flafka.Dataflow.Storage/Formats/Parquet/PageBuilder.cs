namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Makes pages of the columns of one file, one at a time: what stands in <see cref="Raw"/> becomes <see cref="Header"/> and <see cref="Body"/>.</summary>
internal sealed class PageBuilder(ParquetCompression compression)
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;

    private readonly PooledBuffer _header = new();
    private readonly PooledBuffer _compressed = new();

    /// <summary>The content of the next page, to be filled.</summary>
    public PooledBuffer Raw { get; } = new();

    public ReadOnlySpan<byte> Header => _header.Written;

    public ReadOnlySpan<byte> Body => compression == ParquetCompression.Uncompressed ? Raw.Written : _compressed.Written;

    /// <summary>Compresses what is in <see cref="Raw"/>, and makes the header.</summary>
    /// <param name="isDictionary">Whether it is the dictionary of a column.</param>
    /// <param name="count">The values in it, missing ones included.</param>
    /// <param name="encoding">How the values are encoded.</param>
    public void Seal(bool isDictionary, int count, ParquetEncoding encoding)
    {
        _compressed.CutTo(0);
        switch (compression)
        {
            case ParquetCompression.Snappy:
                BlockCompression.Snappy(Raw.Written, _compressed);
                break;
            case ParquetCompression.Gzip:
                BlockCompression.GZip(Raw.Written, _compressed);
                break;
            default:
                break;
        }

        _header.CutTo(0);
        var header = new ThriftWriter(_header);
        header.BeginItem();
        header.Write(1, isDictionary ? DictionaryPage : DataPage);
        header.Write(2, Raw.Count);
        header.Write(3, Body.Length);
        header.Begin(isDictionary ? 7 : 5);
        header.Write(1, count);
        header.Write(2, (int)encoding);
        if (!isDictionary)
        {
            header.Write(3, (int)ParquetEncoding.Rle);
            header.Write(4, (int)ParquetEncoding.Rle);
        }

        header.End();
        header.End();
    }

    /// <summary>Gives the memory back until the next page.</summary>
    public void Release()
    {
        Raw.Release();
        _compressed.Release();
        _header.Release();
    }
}
