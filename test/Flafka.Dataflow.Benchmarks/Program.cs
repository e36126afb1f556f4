using Flafka.Dataflow.Benchmarks;

// One line for each figure: ours, the baseline of the same run, the ratio. `scripts/bench.sh NAME` runs those whose name begins so.
var benchmarks = new (string Name, Func<IEnumerable<BenchmarkRow>> Run)[]
{
    ("engine", EngineBenchmark.Run),
    ("file", FileChannelBenchmark.Run),
    ("hdfs", HdfsBenchmark.Run),
    ("parquet", ParquetBenchmark.Run),
    ("kafka-file", KafkaBenchmark.File),
    ("kafka-latency", KafkaLatencyBenchmark.Run),
    ("kafka-sink", KafkaBenchmark.Sink),
    ("kafka-source", KafkaBenchmark.Source),
    ("paths", PathBenchmark.Run),
    ("validate", ValidateBenchmark.Run),
};

var wanted = args.Length > 0 ? args[0] : "";
var rows = benchmarks.Where(benchmark => benchmark.Name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).SelectMany(benchmark => benchmark.Run());
Console.WriteLine("name | figure | baseline | ratio");
Console.WriteLine("---|---|---|---:");
var count = 0;
foreach (var row in rows)
{
    count++;
    Console.WriteLine(FormattableString.Invariant($"{row.Name} | {row.Figure} | {row.Baseline} | {row.Ratio:0.00}"));
}

if (count == 0)
{
    Console.Error.WriteLine($"No benchmark begins with '{wanted}'. There are: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}");
    return 2;
}

return 0;
