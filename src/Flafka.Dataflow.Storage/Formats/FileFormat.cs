using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Hdfs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>What the files of a sink are made of.</summary>
/// <param name="NewWriter">Makes the writer of one file.</param>
/// <param name="Tail">How the whole part of a torn file is found.</param>
/// <param name="Suffix">What a name ends with where the user says nothing, such as <c>.gz</c>.</param>
internal sealed record FileFormat(Func<IEventSerializer> NewWriter, FileTail Tail, string Suffix = "")
{
    /// <summary>Whether nothing in a file counts before the file is finished.</summary>
    public bool CountsWhenFinished { get; init; }

    /// <summary>The format that the keys of a sink ask for.</summary>
    public static FileFormat Of(HdfsSinkOptions options, ComponentContext context) => options.FileType switch
    {
        HdfsFileType.SequenceFile => OfSequenceFile(options, context),
        HdfsFileType.CompressedStream => OfCompressedStream(options, context),
        _ => Of(() => options.Serializer.Create<IEventSerializer>(context)),
    };

    /// <summary>The format of files that hold what a serializer writes, as it is.</summary>
    /// <param name="newWriter">Makes the serializer of one file.</param>
    public static FileFormat Of(Func<IEventSerializer> newWriter)
    {
        var sample = newWriter();
        return new FileFormat(newWriter, TailOf(sample)) { CountsWhenFinished = sample is IWholeFileWriter };
    }

    private static FileFormat OfSequenceFile(HdfsSinkOptions options, ComponentContext context)
    {
        var sequence = new SequenceFileOptions
        {
            Value = SequenceFileValueName.Find(options.WriteFormat) ?? throw new NotSupportedException(SequenceFileValueName.FaultOf(options.WriteFormat)),
            Codec = CodecOf(options),
            Time = context.Runtime.Time,
        };
        return new FileFormat(() => new SequenceFileWriter(sequence), FileTail.SequenceFile, sequence.Codec?.Extension ?? "");
    }

    private static FileFormat OfCompressedStream(HdfsSinkOptions options, ComponentContext context)
    {
        var codec = CodecOf(options) ?? throw new NotSupportedException("hdfs.fileType = CompressedStream needs hdfs.codeC.");
        return new FileFormat(() => new CompressedStreamWriter(options.Serializer.Create<IEventSerializer>(context), codec), codec.Tail, codec.Extension);
    }

    private static CompressionCodec? CodecOf(HdfsSinkOptions options) => options.Codec switch
    {
        null => null,
        var name when CompressionCodec.TryFind(name, out var codec) => codec,
        var name => throw new NotSupportedException($"hdfs.codeC: {CodecNames.FaultOf(name, out _)}."),
    };

    // The end of a text that is torn can be told from a whole event only where every event ends with a line feed.
    private static FileTail TailOf(IEventSerializer sample)
    {
        if (sample is ITailedWriter known)
        {
            return known.Tail;
        }

        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        try
        {
            sample.Begin(bytes);
            sample.Write(bytes, FlumeEvent.FromText("x"));
        }
        catch (PoisonEventException)
        {
            return FileTail.Unknown; // wants more of an event than some text
        }

        return bytes.WrittenSpan.EndsWith("\n"u8) ? FileTail.Lines : FileTail.Unknown;
    }
}
