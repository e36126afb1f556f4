namespace Flafka.Dataflow.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Figure">Ours, with its unit.</param>
/// <param name="Baseline">What it is compared with, measured in the same run.</param>
/// <param name="Ratio">Ours over the baseline.</param>
internal sealed record BenchmarkRow(string Name, string Figure, string Baseline, double Ratio);
