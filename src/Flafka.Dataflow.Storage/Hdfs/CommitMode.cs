namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>When events count as delivered.</summary>
public enum CommitMode
{
    /// <summary>
    /// On the local disk <see cref="Batch"/>. On HDFS <see cref="File"/> where the channel is durable or holds as many events as a file may
    /// (<c>hdfs.rollCount</c>), else <see cref="Batch"/>. The plan says which and why.
    /// </summary>
    Auto,

    /// <summary>When the batch that brought them is in its files, which other readers then see grow.</summary>
    Batch,

    /// <summary>When their file is complete and has its final name. No file is seen in part, and no event is in two.</summary>
    File,
}
