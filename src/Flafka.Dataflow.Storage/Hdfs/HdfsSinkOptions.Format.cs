using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Formats.Avro;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <content>What kinds of file, codecs and record formats go together.</content>
public sealed partial class HdfsSinkOptions : IMakesFiles
{
    private const int FewEvents = 100;
    private const int FewBytes = 10_000;

    /// <remarks>Not for lines in batches: there Flume's limits cost no more than they did.</remarks>
    SmallFiles? IMakesFiles.SmallFiles
    {
        get
        {
            var what = IsContainer ? $"files of '{Serializer.TypeName}'" : Commit == CommitMode.File ? "files that count whole (hdfs.commit = file)" : null;
            string[] larger = ["hdfs.rollCount = 0", "hdfs.rollSize = 134217728", "hdfs.rollInterval = 300"];
            return what is null ? null
                : RollCount is > 0 and < FewEvents ? new SmallFiles(nameof(RollCount), what, string.Create(CultureInfo.InvariantCulture, $"{RollCount} events"), larger)
                : RollSize is > 0 and < FewBytes ? new SmallFiles(nameof(RollSize), what, string.Create(CultureInfo.InvariantCulture, $"{RollSize} bytes"), larger)
                : null;
        }
    }

    // Formats with a head of their own.
    private bool IsContainer => FileType != HdfsFileType.SequenceFile
        && (Serializer.CountsWhenFinished || Serializer.Implementation == typeof(AvroEventSerializer) || Serializer.Implementation == typeof(AvroDatumSerializer));

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
