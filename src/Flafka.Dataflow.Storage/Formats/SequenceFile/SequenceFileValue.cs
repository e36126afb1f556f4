namespace Flafka.Dataflow.Storage.Formats;

/// <summary>The Java type of the values of a SequenceFile.</summary>
public enum SequenceFileValue
{
    /// <summary><c>BytesWritable</c>.</summary>
    Writable,

    /// <summary><c>Text</c>; bodies are written as they are, UTF-8 or not.</summary>
    Text,
}
