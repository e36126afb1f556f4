namespace Flafka.Dataflow;

/// <summary>What makes the files of a sink small.</summary>
/// <param name="Property">The property of the options that does.</param>
/// <param name="What">Which files, for example <c>files of 'parquet'</c>.</param>
/// <param name="Limit">What they hold at most, for example <c>10 events</c>.</param>
/// <param name="Settings">Settings that make them large, for example <c>hdfs.rollCount = 0</c>.</param>
public sealed record SmallFiles(string Property, string What, string Limit, params IReadOnlyList<string> Settings);
