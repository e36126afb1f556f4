<<<<<<< HEAD
using System.Globalization;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit.Contracts;
=======
using System.Collections.Immutable;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
>>>>>>> hdfs
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

<<<<<<< HEAD
[TestFixture(SyncMode.None)]
[TestFixture(SyncMode.Commit)]
public class HdfsSinkContractTests(SyncMode sync) : SinkContract
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
    public void DropBench() => _bench.Dispose();

    protected override IComponent Create(AgentRuntime runtime) => _bench.Sink(_bench.Options(count: 30, sync: sync));

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
=======
[TestFixture(SyncMode.None, 0)]
[TestFixture(SyncMode.Commit, 0)]
[TestFixture(SyncMode.None, 7)]
public class HdfsSinkContractTests(SyncMode sync, long rollCount) : SinkContract
{
    private TempFolder _folder = null!;
    private ScriptedDisk _disk = null!;

    protected override string? Folder => _folder.Path;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TempFolder();
        _disk = new ScriptedDisk(new LocalStorage(Scheduler.Runtime));
    }

    [TearDown]
    public void DeleteFolder()
    {
        Assert.That(_disk.OpenFiles, Is.Zero);
        _folder.Dispose();
    }

    protected override IComponent Create(AgentRuntime runtime)
    {
        var options = new HdfsSinkOptions
        {
            Path = _folder["out"],
            FileType = HdfsFileType.DataStream,
            RollCount = rollCount,
            RollSize = 0,
            Sync = sync,
            StateDirectory = _folder["state"],
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "TEXT", _ => new Components.Serialization.TextSerializer(new())),
        };
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), NullLoggerFactory.Instance, runtime, null!);
        return new HdfsSink(options, context, _disk, NullLogger<HdfsSink>.Instance);
    }

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime)
    {
        // A stop without any time leaves the file in use; the next start finishes it.
        ImmutableArray<string> files = Directory.Exists(_folder["out"]) ? [.. Directory.EnumerateFiles(_folder["out"])] : [];
        return Task.FromResult<IReadOnlyList<string>?>(
            [.. files.OrderBy(path => long.Parse(Path.GetFileName(path).Split('.')[1], null)).SelectMany(File.ReadLines)]);
    }

    protected override bool Break()
    {
        _disk.Before = static (call, path) =>
        {
            if (call is "open" or "write")
>>>>>>> hdfs
            {
                throw new IOException($"No space left on device: {path}");
            }
        };
        return true;
    }

<<<<<<< HEAD
    protected override void Repair() => _bench.Storage.Before = null;
=======
    protected override void Repair() => _disk.Before = null;
>>>>>>> hdfs
}
