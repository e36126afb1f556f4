namespace Flafka.Dataflow;

/// <summary>Implemented by options of components that may talk to a Hadoop cluster.</summary>
public interface INeedsHadoop
{
    /// <summary>Whether the other options leave something that only Hadoop's configuration can say.</summary>
    bool NeedsHadoop { get; }

    /// <summary>Hadoop's configuration, given after the other options; <see langword="null"/> where there is none.</summary>
    HadoopConfiguration? Hadoop { get; set; }
}
