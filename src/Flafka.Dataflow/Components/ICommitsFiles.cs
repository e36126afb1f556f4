namespace Flafka.Dataflow;

/// <summary>Implemented by options of sinks that can commit events with the whole file they are in, and not batch by batch.</summary>
public interface ICommitsFiles
{
    /// <summary>Whether they do so with a serializer whose files can be read only when they are finished.</summary>
    bool CommitsWholeFiles { get; }

    /// <summary>The setting that makes them, for example <c>hdfs.commit = file</c>.</summary>
    string WholeFileSetting { get; }
}
