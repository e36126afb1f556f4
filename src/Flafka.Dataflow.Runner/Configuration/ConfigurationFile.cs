namespace Flafka.Dataflow.Runner.Configuration;

/// <summary>A configuration file, read and compiled. All that is wrong with it, down to a path that is no file, is a finding.</summary>
internal sealed class ConfigurationFile
{
    private readonly string _path;
    private readonly ConfigNode _root;
    private readonly GraphCompiler _compiler;
    private readonly DiagnosticBag _diagnostics;
    private bool _lacksPlugins;

    private ConfigurationFile(string path, ConfigNode root, GraphCompiler compiler, DiagnosticBag diagnostics) =>
        (_path, _root, _compiler, _diagnostics) = (path, root, compiler, diagnostics);

    /// <summary>The agents that the file describes.</summary>
    public IReadOnlyList<string> Agents => AgentKeys.Agents(_root);

    /// <summary>Whether it could be read and nothing in it belongs to an agent.</summary>
    public bool IsOfAnotherProgram =>
        (!_root.Children.IsEmpty || !_diagnostics.HasErrors) && !_root.Children.Any(agent => agent.Children.Any(child => AgentFamilies.IsFamily(child.Key)));

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path, as the user wrote it.</param>
    /// <param name="settings">How to read it.</param>
    /// <param name="diagnostics">Gets the findings.</param>
    /// <returns><see langword="null"/> when it cannot be read at all.</returns>
    public static ConfigurationFile? Read(string path, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        var compiler = KnownComponents.Compiler(settings, diagnostics);
        var lacksPlugins = diagnostics.HasErrors;
        var file = Read(path, compiler, settings, diagnostics);
        if (file is not null)
        {
            file._lacksPlugins = lacksPlugins;
        }

        return file;
    }

    /// <summary>Reads one of several files that have the compiler in common.</summary>
    /// <inheritdoc cref="Read(string, ConfigurationSettings, DiagnosticBag)"/>
    public static ConfigurationFile? Read(string path, GraphCompiler compiler, ConfigurationSettings settings, DiagnosticBag diagnostics) =>
        ConfigurationReader.ReadFile(path, settings, diagnostics) is { } text
            ? new ConfigurationFile(path, ConfigurationReader.Read(text, path, settings, diagnostics), compiler, diagnostics)
            : null;

    /// <summary>Compiles one agent.</summary>
    /// <param name="agent">Its name; may be <see langword="null"/> when the file has one agent.</param>
    /// <returns><see langword="null"/> when there was an error.</returns>
    public GraphPlan? Compile(string? agent)
    {
        if (agent is null && Agents.Count > 1)
        {
            _diagnostics.Add(
                Codes.UnknownAgent, string.Empty, new SourceSpan(_path, 0, 0), $"the file has {Agents.Count} agents: {string.Join(", ", Agents)}",
                "Name the one to run with -n.");
            return null;
        }

        agent ??= Agents.Count == 1 ? Agents[0] : null;
        if (agent is not null)
        {
            var plan = _compiler.Compile(_root, agent, _diagnostics);
            return _lacksPlugins ? null : plan;
        }

        if (!_diagnostics.HasErrors)
        {
            AgentKeys.ReportNone(_root, new SourceSpan(_path, 0, 0), _diagnostics);
        }

        return null;
    }
}
