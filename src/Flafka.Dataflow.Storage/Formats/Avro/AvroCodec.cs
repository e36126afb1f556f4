namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>How the blocks of an Avro object container file are compressed.</summary>
public enum AvroCodec
{
    /// <summary>Not at all.</summary>
    Null,

    /// <summary>Deflate: smaller files, more work.</summary>
    Deflate,

    /// <summary>Snappy: less work, files not as small.</summary>
    Snappy,
}
