using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Which files are finished, and how.</summary>
/// <param name="Before">Only those that were last written before.</param>
/// <param name="Tail">Their format; <see langword="null"/>: the one that each file shows.</param>
/// <param name="InUsePrefix">What their names begin with.</param>
/// <param name="InUseSuffix">What their names end with.</param>
/// <param name="IsDryRun">Nothing is changed.</param>
internal sealed record LeftFileOptions(DateTimeOffset Before, FileTail? Tail = null, string InUsePrefix = "", string InUseSuffix = ".tmp", bool IsDryRun = false);
