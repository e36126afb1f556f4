namespace Flafka.Dataflow.Storage.Formats;

/// <summary>What is compressed in a SequenceFile.</summary>
public enum SequenceFileCompression
{
    /// <summary>Many records together.</summary>
    Block,

    /// <summary>The value of each record. Flume never writes this.</summary>
    Record,
}
