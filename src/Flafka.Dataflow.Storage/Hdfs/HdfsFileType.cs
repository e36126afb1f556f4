namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What kind of file the <c>hdfs</c> sink writes.</summary>
public enum HdfsFileType
{
    /// <summary>Hadoop's container of records.</summary>
    SequenceFile,

    /// <summary>What the serializer writes, as it is.</summary>
    DataStream,

    /// <summary>What the serializer writes, compressed.</summary>
    CompressedStream,
}
