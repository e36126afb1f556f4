using System.Globalization;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

[TestFixture(SyncMode.None, 30, CommitMode.Auto)]
[TestFixture(SyncMode.Commit, 30, CommitMode.Auto)]
[TestFixture(SyncMode.None, 0, CommitMode.Auto)]
[TestFixture(SyncMode.None, 30, CommitMode.File)]
[TestFixture(SyncMode.Commit, 0, CommitMode.File)]
public class HdfsSinkContractTests(SyncMode sync, long rollCount, CommitMode commit) : SinkContract
{
    private HdfsBench _bench = null!;

    protected override string? Folder => _bench.Folder.Path;

    [SetUp]
    public void MakeBench()
    {
        _bench = new HdfsBench(23);
        Scheduler = _bench.Scheduler;
    }

    [TearDown]
    public void DropBench()
    {
        Assert.That(_bench.Storage.OpenFiles, Is.Zero);
        _bench.Dispose();
    }

    protected override IComponent Create(AgentRuntime runtime) => _bench.Sink(_bench.Options(count: rollCount, interval: commit == CommitMode.File ? 3 : 0, sync: sync, commit: commit));

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime) => Task.FromResult<IReadOnlyList<string>?>(
        Directory.Exists(_bench.Output)
            ? [.. Directory.EnumerateFiles(_bench.Output)
                .OrderBy(path => long.Parse(Path.GetFileName(path).Split('.')[1], CultureInfo.InvariantCulture))
                .SelectMany(File.ReadLines)]
            : []);

    protected override bool Break()
    {
        _bench.Storage.Before = static (operation, path) =>
        {
            if (operation is "open" or "write")
            {
                throw new IOException($"No space left on device: {path}");
            }
        };
        return true;
    }

    protected override void Repair() => _bench.Storage.Before = null;
}
