namespace Flafka.Dataflow;

/// <summary>Chains the pure phases: define, bind, validate, plan.</summary>
internal sealed class GraphCompiler(IComponentRegistry registry) : IGraphCompiler
{
    /// <inheritdoc/>
    public GraphPlan? Compile(ConfigNode root, string agent, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (root.Children.IsEmpty && diagnostics.HasErrors)
        {
            // The text could not be read; everything else would follow from that.
            return null;
        }

        // Mistakes of another agent of the same text do not count for this one.
        var isReadable = !diagnostics.Items.Any(item => item.Severity == DiagnosticSeverity.Error && IsOfText(item, root, agent));
        var own = new DiagnosticBag();
        var plan = Compile(root, agent, own, isReadable);
        foreach (var diagnostic in own.Items)
        {
            diagnostics.Report(diagnostic);
        }

        return plan;
    }

    private GraphPlan? Compile(ConfigNode root, string agent, DiagnosticBag own, bool isReadable)
    {
        if (AgentKeys.Find(root, agent, own) is not { } node)
        {
            return null;
        }

        var definition = new DefinitionReader(own).Read(node);
        var bound = new Binder(registry, own).Bind(definition, isWired: !own.HasErrors);
        Validator.Check(bound, own);
        return own.HasErrors || !isReadable ? null : Planner.Plan(bound);
    }

    private static bool IsOfText(Diagnostic diagnostic, ConfigNode root, string agent) =>
        diagnostic.Code.StartsWith("FLK1", StringComparison.Ordinal)
        && !root.Children.Any(other => other.Key != agent
            && (diagnostic.Path == other.Key || diagnostic.Path.StartsWith(other.Key + ".", StringComparison.Ordinal)));
}
