namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What became of a file that was left under its in-use name, or would become of it.</summary>
/// <param name="InUse">Its path.</param>
/// <param name="Final">The path it has now; <see langword="null"/> when nothing is left of it, or when there is a <paramref name="Problem"/>.</param>
/// <param name="Bytes">How much of it is whole.</param>
/// <param name="CutBytes">How much stood behind that.</param>
/// <param name="Problem">Why it was left as it is.</param>
internal sealed record LeftFile(string InUse, string? Final, long Bytes, long CutBytes, string? Problem = null);
