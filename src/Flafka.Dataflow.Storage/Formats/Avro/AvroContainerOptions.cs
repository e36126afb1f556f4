namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>Settings of an <see cref="AvroContainerWriter"/>.</summary>
public sealed record AvroContainerOptions
{
    /// <summary>The fewest <see cref="BlockBytes"/>.</summary>
    public const int FewestBlockBytes = 32;

    /// <summary>The most <see cref="BlockBytes"/>.</summary>
    public const int MostBlockBytes = 1 << 30;

    /// <summary>How blocks are compressed.</summary>
    public AvroCodec Codec { get; init; }

    /// <summary>A block ends with the datum that brings it to so many bytes, before compression: 32 to 2^30.</summary>
    public int BlockBytes { get; init; } = 2_048_000;

    /// <summary>The 16 bytes that stand between the blocks of a file, by which a reader finds a block in its midst. Random for each file when empty.</summary>
    public ReadOnlyMemory<byte> SyncMarker { get; init; }
}
