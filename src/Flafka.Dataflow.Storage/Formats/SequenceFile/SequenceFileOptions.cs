using Flafka.Dataflow.Storage.Codecs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>What a SequenceFile is like.</summary>
public sealed record SequenceFileOptions
{
    /// <summary>The type of the values.</summary>
    public SequenceFileValue Value { get; init; } = SequenceFileValue.Writable;

    /// <summary>The compression; <see langword="null"/>: none.</summary>
    public CompressionCodec? Codec { get; init; }

    /// <summary>What is compressed where there is a <see cref="Codec"/>.</summary>
    public SequenceFileCompression Compression { get; init; } = SequenceFileCompression.Block;

    /// <summary>The clock for events without a header <c>timestamp</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
