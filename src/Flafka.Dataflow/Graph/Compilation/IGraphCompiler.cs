namespace Flafka.Dataflow;

/// <summary>Turns a configuration into a plan. Pure: nothing is built, opened or started.</summary>
public interface IGraphCompiler
{
    /// <summary>Compiles one agent and reports every mistake it finds.</summary>
    /// <param name="root">The tree of a file; its children are the agents.</param>
    /// <param name="agent">The agent to compile.</param>
    /// <param name="diagnostics">Gets the findings.</param>
    /// <returns>The plan, or <see langword="null"/> when there was an error.</returns>
    GraphPlan? Compile(ConfigNode root, string agent, DiagnosticBag diagnostics);
}
