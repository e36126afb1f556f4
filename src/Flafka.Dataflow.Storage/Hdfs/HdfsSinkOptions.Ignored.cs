namespace Flafka.Dataflow.Storage.Hdfs;

/// <content>Keys of Flume that unchanged configurations may hold and that have no meaning here.</content>
public sealed partial class HdfsSinkOptions
{
    private const string NoLogin = "The local disk knows no Kerberos, and the login to HDFS comes with a later version.";

    /// <summary>Threads for timed rolls.</summary>
    [Option("hdfs.rollTimerPoolSize", Ignored = "Timers need no threads here.")]
    public int? RollTimerPoolSize { get; init; }

    /// <summary>Replicas below which a file is finished early.</summary>
    [Option("hdfs.minBlockReplicas", Ignored = "The local disk has no replicas, and WebHDFS does not tell how many a file being written has.")]
    public int? MinBlockReplicas { get; init; }

    /// <summary>Keys of a record format.</summary>
    [Option("writeFormat.", Ignored = "The record formats of a SequenceFile have no keys of their own.")]
    public IReadOnlyDictionary<string, string> WriteFormatKeys { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether checksum files are left out on the local disk.</summary>
    [Option("hdfs.useRawLocalFileSystem", Ignored = "There are never checksum files, and each batch reaches its file, as with true.")]
    public bool? UseRawLocalFileSystem { get; init; }
}
