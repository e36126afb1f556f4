using System.Globalization;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

[TestFixture(FileRollSync.None)]
[TestFixture(FileRollSync.Commit)]
public class FileRollSinkContractTests(FileRollSync sync) : SinkContract
{
    private TempFolder _folder = null!;
    private FaultyStorage _disk = null!;

    protected override string? Folder => _folder.Path;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TempFolder();
        _disk = new FaultyStorage(new LocalStorage(Scheduler.Runtime));
    }

    [TearDown]
    public void DeleteFolder()
    {
        Assert.That(_disk.OpenFiles, Is.Zero);
        _folder.Dispose();
    }

    protected override IComponent Create(AgentRuntime runtime)
    {
        var loggers = new RecordingLoggers();
        var options = new FileRollSinkOptions
        {
            Directory = _folder.Path,
            Sync = sync,
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "TEXT", _ => new TextSerializer(new TextSerializerOptions())),
        };
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), loggers, runtime, null!);
        return new FileRollSink(options, context, _disk, loggers.For<FileRollSink>());
    }

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime) => Task.FromResult<IReadOnlyList<string>?>(
        [.. Directory.EnumerateFiles(_folder.Path)
            .OrderBy(path => Path.GetFileName(path).Split('-')[0], StringComparer.Ordinal)
            .ThenBy(path => int.Parse(Path.GetFileName(path).Split('-')[1], CultureInfo.InvariantCulture))
            .SelectMany(File.ReadLines)]);

    protected override bool Break()
    {
        _disk.Fault = static (operation, path) => operation is "open" or "write" ? new IOException($"No space left on device: {path}") : null;
        return true;
    }

    protected override void Repair() => _disk.Fault = null;
}
