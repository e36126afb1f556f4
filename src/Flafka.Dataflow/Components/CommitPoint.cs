namespace Flafka.Dataflow;

/// <summary>Where events are when a sink has committed them.</summary>
public enum CommitPoint
{
    /// <summary>Thrown away or printed.</summary>
    Nowhere,

    /// <summary>With the operating system: a crash of the process loses nothing, a power cut the last seconds.</summary>
    OperatingSystem,

    /// <summary>On disk, synced.</summary>
    Disk,

    /// <summary>With another server, by its own rules.</summary>
    Remote,
}
