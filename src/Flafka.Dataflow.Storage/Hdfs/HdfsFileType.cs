using System.Runtime.Serialization;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What kind of file the <c>hdfs</c> sink writes.</summary>
public enum HdfsFileType
{
    /// <summary>Hadoop's container of records.</summary>
    [EnumMember(Value = nameof(SequenceFile))]
    SequenceFile,

    /// <summary>What the serializer writes, as it is.</summary>
    [EnumMember(Value = nameof(DataStream))]
    DataStream,

    /// <summary>What the serializer writes, compressed.</summary>
    [EnumMember(Value = nameof(CompressedStream))]
    CompressedStream,
}
