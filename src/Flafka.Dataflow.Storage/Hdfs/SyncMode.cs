namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>When written events are synced to disk.</summary>
public enum SyncMode
{
    /// <summary>Never: the operating system writes them when it likes.</summary>
    None,

    /// <summary>Before they are committed.</summary>
    Commit,
}
