namespace Flafka.Dataflow.Storage.Formats;

/// <summary>The values of <c>hdfs.writeFormat</c>.</summary>
internal static class SequenceFileValueName
{
    /// <summary>The type that a name stands for; <see langword="null"/>: none.</summary>
    // Flume-compatible: in this case only.
    public static SequenceFileValue? Find(string name) => name switch
    {
        "Writable" or "org.apache.flume.sink.hdfs.HDFSWritableSerializer$Builder" => SequenceFileValue.Writable,
        "Text" or "org.apache.flume.sink.hdfs.HDFSTextSerializer$Builder" => SequenceFileValue.Text,
        _ => null,
    };

    /// <summary>What to say about a name that stands for nothing.</summary>
    public static string FaultOf(string name) =>
        $"'{name}' is no record format of a SequenceFile; there are Writable (bytes) and Text, written like this";
}
