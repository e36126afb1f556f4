namespace Flafka.Dataflow;

/// <summary>A file or directory.</summary>
/// <param name="Path">The path as it was asked for, or directory and name.</param>
/// <param name="Length">Bytes; 0 for directories.</param>
/// <param name="LastModified">Time of the last write.</param>
/// <param name="IsDirectory">Whether it is a directory; links to directories are not.</param>
public readonly record struct StorageEntry(string Path, long Length, DateTimeOffset LastModified, bool IsDirectory);
