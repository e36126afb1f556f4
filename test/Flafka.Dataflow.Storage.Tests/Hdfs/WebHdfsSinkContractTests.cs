using System.Globalization;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

[TestFixture(CommitMode.Batch, 30)]
[TestFixture(CommitMode.Batch, 0)]
[TestFixture(CommitMode.File, 30)]
[TestFixture(CommitMode.File, 0)]
public class WebHdfsSinkContractTests(CommitMode commit, long rollCount) : SinkContract
{
    private HdfsBench _bench = null!;

    [SetUp]
    public void MakeBench()
    {
        _bench = new HdfsBench(23);
        Scheduler = _bench.Scheduler;
    }

    [TearDown]
    public void DropBench()
    {
        Assert.That(_bench.Cluster.OpenFiles, Is.Empty);
        _bench.Dispose();
    }

    protected override IComponent Create(AgentRuntime runtime) => _bench.Sink(_bench.Options(count: rollCount, interval: 3, commit: commit, root: ScriptedCluster.Root + "/out"));

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime) => Task.FromResult<IReadOnlyList<string>?>(
        [.. _bench.Cluster.Files
            .OrderBy(file => long.Parse(Path.GetFileName(file.Key).Split('.')[1], CultureInfo.InvariantCulture))
            .SelectMany(file => file.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))]);

    protected override bool Break()
    {
        _bench.Cluster.Fault = static (_, _) => Fault.Refused;
        return true;
    }

    protected override void Repair() => _bench.Cluster.Fault = null;
}
