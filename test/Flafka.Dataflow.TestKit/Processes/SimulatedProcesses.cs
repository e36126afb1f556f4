namespace Flafka.Dataflow.TestKit;

/// <summary>Programs that a script plays: it gets the number of the run, from 1, and what to write to.</summary>
public sealed class SimulatedProcesses(AgentRuntime runtime, Func<int, SimulatedProcess, Task> script, int pipeBytes = 64 << 10) : IProcesses
{
    private readonly List<SimulatedProcess> _started = [];

    /// <summary>What the next starts fail with.</summary>
    public string? Failure { get; set; }

    /// <summary>Every one that was started.</summary>
    public IReadOnlyList<SimulatedProcess> Started => _started;

    /// <summary>How many have not ended.</summary>
    public int Running => _started.Count(process => !process.HasEnded);

    public async Task<IRunningProcess> StartAsync(string file, IReadOnlyList<string> arguments)
    {
        await Task.Yield();
        if (Failure is { } failure)
        {
            throw new DeliveryException(failure);
        }

        var process = new SimulatedProcess(_started.Count + 1, [file, .. arguments], pipeBytes);
        _started.Add(process);
        _ = runtime.Start(() => process.PlayAsync(script));
        return process;
    }
}
