using System.Buffers;
using Flafka.Dataflow.Components.Serialization.Avro;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>Writes Avro object container files of events: a map of headers, and the body as bytes. Each batch ends a block.</summary>
[Serializer("AVRO_EVENT", JavaClass = "org.apache.flume.serialization.FlumeEventAvroEventSerializer$Builder")]
public sealed class AvroEventSerializer(AvroSerializerOptions options) : ITailedWriter
{
    /// <summary>The schema of the files. Flume-compatible: other name than in Flume's own protocol, and no namespace.</summary>
    public const string Schema =
        """{"type":"record","name":"Event","fields":[{"name":"headers","type":{"type":"map","values":"string"}},{"name":"body","type":"bytes"}]}""";

    private readonly AvroContainerWriter _container = new(Schema, options.Container);

    /// <inheritdoc/>
    public bool SupportsReopen => false;

    FileTail ITailedWriter.Tail => FileTail.Avro;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) => _container.Begin(output);

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        AvroEventCodec.Write(flumeEvent, _container.BeginDatum());
        _container.EndDatum(output);
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output) => _container.Flush(output);

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output)
    {
        // Every batch ended with a flush. What came after the last one belongs to a batch that failed.
    }
}
