using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>Options of the serializer <c>avro_datum</c>.</summary>
public sealed class AvroDatumSerializerOptions : AvroSerializerOptions, IValidatableObject
{
    /// <summary>
    /// The schema of files whose first event names none: a file on this machine, as a path or as <c>file:</c> URL, of at most 1 MiB.
    /// The headers <c>flume.avro.schema.url</c> and, after it, <c>flume.avro.schema.literal</c> go before it.
    /// </summary>
    [Option("schemaURL", Example = "/etc/flume/schemas/click.avsc")]
    public string? SchemaUrl { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Flume: reads them through Hadoop, or whatever the Java machine knows.
        if (SchemaUrl is not null && !AvroSchemaFile.TryGetPath(SchemaUrl, out _))
        {
            yield return new NotAvailableResult($"schemas are read from files on this machine, not from '{SchemaUrl}': copy it here and name the copy", nameof(SchemaUrl));
        }
    }
}
