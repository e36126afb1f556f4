using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Exec;

/// <summary>Every run of the command writes all lines and ends.</summary>
[TestFixture(1)]
[TestFixture(20)]
public class ExecSourceContractTests(int batchSize) : OnceSourceContract
{
    private IReadOnlyList<string> _lines = [];
    private SimulatedProcesses? _processes;
    private bool _isBroken;

    protected override IReadOnlyList<string> Prepare(int events)
    {
        _processes = null;
        return _lines = [.. Enumerable.Range(0, events).Select(n => $"line {n}")];
    }

    protected override ISource NewSource(AgentRuntime runtime)
    {
        _processes = new SimulatedProcesses(runtime, async (_, process) =>
        {
            foreach (var line in _lines)
            {
                await process.WriteAsync(line + "\n");
            }
        }) { Failure = _isBroken ? "no such program" : null };
        return ExecSourceTests.NewSource(new ExecSourceOptions { Command = "lines", BatchSize = batchSize }, _processes, runtime);
    }

    protected override bool TryBreakStart() => _isBroken = true;

    protected override void RepairStart()
    {
        _isBroken = false;
        _processes!.Failure = null;
    }

    protected override IReadOnlyList<string> Surroundings() => [$"running: {_processes?.Running ?? 0}"];
}
