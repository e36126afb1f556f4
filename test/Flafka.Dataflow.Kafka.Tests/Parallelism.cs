using NUnit.Framework;

// Tests here wait for brokers, time-outs and groups far more than they compute.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(8)]
