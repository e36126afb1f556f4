using System.Buffers;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>
/// Writes Avro object container files of events whose bodies are encoded by a schema already; they go in as they are. The first event of a file
/// says which schema: by the header <c>flume.avro.schema.url</c> or <c>flume.avro.schema.literal</c>, else <c>schemaURL</c> does. An event with another
/// schema is refused, which ends the file: give each schema a folder of its own, for example <c>%{flume.avro.schema.url}</c> hashed into a header.
/// </summary>
[Serializer(
    "AVRO_DATUM", JavaClass = "org.apache.flume.sink.hdfs.AvroEventSerializer$Builder",
    BetterThanFlume = "an event of another schema does not corrupt the file")]
public sealed class AvroDatumSerializer(AvroDatumSerializerOptions options) : ITailedWriter
{
    internal const string UrlHeader = "flume.avro.schema.url";
    internal const string LiteralHeader = "flume.avro.schema.literal";

    private AvroContainerWriter? _container;
    private string? _name;
    private string? _schema;

    /// <inheritdoc/>
    public bool SupportsReopen => false;

    FileTail ITailedWriter.Tail => FileTail.Avro;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output)
    {
        // The head needs the schema, which the first event brings.
    }

    /// <inheritdoc/>
    /// <exception cref="DeliveryException">The file of the schema cannot be read.</exception>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        ArgumentNullException.ThrowIfNull(flumeEvent);
        var (name, isUrl) = NameOf(flumeEvent.Headers);
        if (!string.Equals(name, _name))
        {
            Meet(output, name, isUrl);
        }

        _container!.Append(output, flumeEvent.Body.Span);
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output) => _container?.Flush(output);

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output)
    {
        // Every batch ended with a flush. What came after the last one belongs to a batch that failed.
    }

    private (string Name, bool IsUrl) NameOf(EventHeaders headers) =>
        headers.TryGet(UrlHeader, out var url) ? (url, true)
        : headers.TryGet(LiteralHeader, out var literal) ? (literal, false)
        : options.SchemaUrl is { } configured ? (configured, true)
        : throw Refused($"its schema is in neither of the headers {UrlHeader} and {LiteralHeader}, and schemaURL is not set");

    private static PoisonEventException Refused(string why, Exception? cause = null) => new($"The event cannot be written: {why}.", 0, cause);

    private void Meet(IBufferWriter<byte> output, string name, bool isUrl)
    {
        try
        {
            var schema = isUrl ? AvroSchemaFile.Read(name) : name;
            if (_container is null)
            {
                var container = new AvroContainerWriter(schema, options.Container);
                container.Begin(output);
                (_container, _schema) = (container, schema);
            }
            else if (!string.Equals(schema, _schema))
            {
                // Flume: writes it all the same, and nobody can read the file any more.
                throw Refused("its schema is not that of the file; schemas need folders of their own");
            }

            _name = name;
        }
        catch (FormatException unusable)
        {
            throw Refused(unusable.Message.TrimEnd('.'), unusable);
        }
    }
}
