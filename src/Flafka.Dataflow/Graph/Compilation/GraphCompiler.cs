namespace Flafka.Dataflow;

/// <summary>Chains the pure phases: define, bind, validate, plan.</summary>
internal sealed class GraphCompiler(IComponentRegistry registry, ConfigurationSettings? settings = null) : IGraphCompiler
{
    private readonly ConfigurationSettings _settings = settings ?? ConfigurationSettings.Default;
    private readonly DefaultFileSystem _files = new(settings ?? ConfigurationSettings.Default);

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
            // An empty value, and the key that is missing because of it, are one mistake.
            var empty = diagnostic.Severity == DiagnosticSeverity.Error ? diagnostics.Take(Codes.EmptyValue, diagnostic.Path) : null;
            diagnostics.Report(empty is null ? diagnostic : diagnostic with { Span = empty.Span });
        }

        return plan;
    }

    private GraphPlan? Compile(ConfigNode root, string agent, DiagnosticBag own, bool isReadable)
    {
        var context = new BindingContext(registry, _settings, TypeMap.Parse(_settings.Types, own), _files);
        if (AgentKeys.Find(root, agent, own) is not { } node)
        {
            return null;
        }

        node = AgentKeys.Corrected(node, own);
        node = ConfigFilters.Apply(node, context, own);
        var canRun = isReadable && !own.HasErrors;
        return FlumeCompatibility.Compile(_settings, node, own, (tree, bag) => Compile(tree, context, bag, canRun));
    }

    private static GraphPlan? Compile(ConfigNode node, BindingContext context, DiagnosticBag own, bool canRun)
    {
        var definition = new DefinitionReader(own).Read(node);
        var bound = new Binder(context, own).Bind(definition, isWired: canRun && !own.HasErrors);
        Validator.Check(bound, own);
        ReportUnresolved(definition, own);
        return own.HasErrors || !canRun ? null : Planner.Plan(bound);
    }

    // A placeholder without a value is worth a word only when nothing else is wrong with the value.
    private static void ReportUnresolved(AgentDefinition definition, DiagnosticBag own)
    {
        var wrong = own.Items.Where(item => item.Severity == DiagnosticSeverity.Error).Select(item => item.Span).ToHashSet();
        foreach (var (_, leaf) in definition.Components
            .Where(component => component.Id.Kind is not (ComponentKind.Interceptor or ComponentKind.ChannelSelector))
            .SelectMany(component => component.Node.Leaves()))
        {
            if (leaf.Unresolved is { } unresolved && !wrong.Contains(leaf.ValueSpan))
            {
                own.Report(unresolved);
            }
        }
    }

    private static bool IsOfText(Diagnostic diagnostic, ConfigNode root, string agent) =>
        diagnostic.Code.StartsWith("FLK1", StringComparison.Ordinal)
        && !root.Children.Any(other => other.Key != agent
            && (diagnostic.Path == other.Key || diagnostic.Path.StartsWith(other.Key + ".", StringComparison.Ordinal)));
}
