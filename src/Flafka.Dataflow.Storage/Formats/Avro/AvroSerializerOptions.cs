using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>Options of the serializer <c>avro_event</c>.</summary>
public class AvroSerializerOptions
{
    /// <summary>
    /// How the blocks of the file are compressed: <c>null</c> (not at all), <c>deflate</c> or <c>snappy</c>. A block ends with each batch, so larger
    /// batches compress better.
    /// </summary>
    // Flume: an unknown name is a warning, and the file is not compressed; 'zstandard' kills the sink at the first flush.
    [Option("compressionCodec", Example = "snappy")]
    public AvroCodec Codec { get; init; }

    /// <summary>A block ends with the event that brings it to so many bytes before compression, even amid a batch.</summary>
    [Option("syncIntervalBytes", Unit = "bytes"), Range(AvroContainerOptions.FewestBlockBytes, AvroContainerOptions.MostBlockBytes)]
    public int SyncIntervalBytes { get; init; } = 2_048_000;

    internal AvroContainerOptions Container => new() { Codec = Codec, BlockBytes = SyncIntervalBytes };
}
