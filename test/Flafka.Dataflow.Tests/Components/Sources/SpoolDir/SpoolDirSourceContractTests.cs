using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SpoolDirSourceContractTests : SourceContract, IDisposable
{
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IReadOnlyList<string> Prepare(int events)
    {
        // Files of several sizes, one of them without a newline at its end.
        var lines = Enumerable.Range(0, events).Select(n => $"line {n}").ToList();
        var file = 0;
        for (var at = 0; at < events;)
        {
            var count = Math.Min(events - at, 1 + ((file * 37) % 90));
            _folder.Add($"file{file:D3}", string.Join('\n', lines.Skip(at).Take(count)) + (file % 3 == 0 ? "" : "\n"));
            at += count;
            file++;
        }

        return lines;
    }

    protected override ISource NewSource(AgentRuntime runtime) =>
        _folder.NewSource(runtime, new SpoolDirSourceOptions { SpoolDir = _folder.Path, BatchSize = 7, Deserializer = SpoolFolder.Line() });

    protected override bool TryBreakStart()
    {
        Directory.Move(_folder.Path, _folder.Path + "-away");
        return true;
    }

    protected override void RepairStart() => Directory.Move(_folder.Path + "-away", _folder.Path);

    protected override IReadOnlyList<string> Surroundings() => _folder.Names();
}
