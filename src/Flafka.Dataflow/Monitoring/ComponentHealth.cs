namespace Flafka.Dataflow;

/// <summary>How a component is. Thread-safe; the last report wins.</summary>
public sealed class ComponentHealth(ComponentId id)
{
    private volatile Report _report = new(ComponentState.Stopped, null);

    /// <summary>Whose it is.</summary>
    public ComponentId Id { get; } = id;

    /// <summary>What it does now.</summary>
    public ComponentState State => _report.State is ComponentState.Running && Watched?.Invoke() is not null ? ComponentState.Failing : _report.State;

    /// <summary>What is wrong; <see langword="null"/> when nothing is.</summary>
    public string? Problem => _report is { State: ComponentState.Running } ? Watched?.Invoke() : _report.Problem;

    /// <summary>What the component itself says is wrong while it runs.</summary>
    internal Func<string?>? Watched { get; set; }

    /// <summary>What was wrong last, also when it is over; <see langword="null"/> when nothing ever was.</summary>
    public string? LastProblem { get; private set; }

    internal void Set(ComponentState state, string? problem = null)
    {
        _report = new Report(state, problem);
        LastProblem = problem ?? LastProblem;
    }

    private sealed record Report(ComponentState State, string? Problem);
}
