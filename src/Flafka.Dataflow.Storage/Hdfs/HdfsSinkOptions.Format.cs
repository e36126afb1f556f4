using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <content>What kinds of file, codecs and record formats go together.</content>
public sealed partial class HdfsSinkOptions
{
    private IEnumerable<ValidationResult> FindingsOfFormat()
    {
        switch (FileType)
        {
            case HdfsFileType.SequenceFile when SequenceFileValueName.Find(WriteFormat) is null:
                yield return new ValidationResult(SequenceFileValueName.FaultOf(WriteFormat), [nameof(WriteFormat)]);
                break;
            case HdfsFileType.SequenceFile when !string.Equals(Serializer.TypeName, DefaultSerializer, StringComparison.OrdinalIgnoreCase):
                yield return new WithoutMeaningResult(
                    "a SequenceFile takes hdfs.writeFormat instead; for the bytes of a serializer set hdfs.fileType = DataStream", nameof(Serializer));
                break;
            case HdfsFileType.CompressedStream when Serializer.CountsWhenFinished:
                yield return new ValidationResult(
                    $"files of '{Serializer.TypeName}' are compressed within: set hdfs.fileType = DataStream, and serializer.compression", [nameof(FileType)]);
                break;
            case HdfsFileType.DataStream or HdfsFileType.CompressedStream when WriteFormat != DefaultWriteFormat:
                yield return new WithoutMeaningResult("only a SequenceFile has a record format", nameof(WriteFormat));
                break;
        }

        if (FaultOfCodec() is { } fault)
        {
            yield return fault;
        }
    }

    private ValidationResult? FaultOfCodec()
    {
        if (FileType == HdfsFileType.DataStream)
        {
            return Codec is null ? null : new ValidationResult(
                "a DataStream is not compressed: leave hdfs.codeC out, or set hdfs.fileType = CompressedStream", [nameof(Codec)]);
        }

        if (Codec is null)
        {
            return FileType != HdfsFileType.CompressedStream ? null : new ValidationResult(
                $"a CompressedStream needs a codec: set hdfs.codeC to one of {CodecNames.Choices}, or hdfs.fileType = DataStream", [nameof(FileType)]);
        }

        return CodecNames.FaultOf(Codec, out var isOfFlume) is not { } fault ? null
            : isOfFlume ? new NotAvailableResult(fault, nameof(Codec))
            : new ValidationResult(fault, [nameof(Codec)]);
    }
}
