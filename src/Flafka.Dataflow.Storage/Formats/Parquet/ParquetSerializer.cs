using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>
/// Writes Parquet files whose rows are events: a column for each header that <c>columns</c> names, a map of the other headers, and the body. Such a file
/// can be read only when it is finished, so events are committed with the whole file: the sink <c>hdfs</c> does so.
/// A file needs limits that fit it, such as <c>hdfs.rollInterval = 600</c>, <c>hdfs.rollCount = 0</c> and <c>hdfs.rollSize = 128MB</c>, which sees whole row
/// groups only; the channel has to hold its events for so long.
/// </summary>
[Serializer("PARQUET", CountsWhenFinished = true)]
public sealed class ParquetSerializer : IWholeFileWriter
{
    private readonly EventColumns _columns;
    private readonly ParquetWriter _writer;

    /// <summary>Writes one file.</summary>
    public ParquetSerializer(ParquetSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _columns = new EventColumns(options);
        _writer = new ParquetWriter(_columns.Columns, new ParquetWriterOptions { Compression = options.Compression, RowGroupBytes = options.RowGroupBytes });
    }

    /// <inheritdoc/>
    public bool SupportsReopen => false;

    FileTail ITailedWriter.Tail => FileTail.Parquet;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) => _writer.Begin(output);

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        ArgumentNullException.ThrowIfNull(flumeEvent);
        _columns.Set(_writer, flumeEvent);
        _writer.EndRow(output);
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output)
    {
        // Nothing can be read before the end of the file is there.
    }

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output) => _writer.Finish(output);
}
