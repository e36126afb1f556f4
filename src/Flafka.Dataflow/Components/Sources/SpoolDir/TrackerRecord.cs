namespace Flafka.Dataflow.Components.Sources;

/// <summary>What a tracker file says.</summary>
/// <param name="File">Path of the data file.</param>
/// <param name="Offset">Bytes delivered; <see langword="null"/> when the file was begun and nothing is known to be delivered.</param>
internal readonly record struct TrackerRecord(string File, long? Offset);
