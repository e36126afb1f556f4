namespace Flafka.Dataflow.Runner.Configuration;

/// <summary>The files that a user named, directly or by a folder, and what each agent in them would do.</summary>
internal static class ConfigurationSet
{
    // The schema of a configuration looks like one.
    private const string Schema = ".schema.json";

    private static readonly string[] Extensions = [".conf", ".properties", ".json"];

    /// <summary>Reads and compiles all of them.</summary>
    /// <param name="paths">Files and folders. In a folder, and those below it, every configuration of an agent counts; names with a dot first do not.</param>
    /// <param name="agent">Only this agent; <see langword="null"/>: every one.</param>
    /// <param name="settings">How to read them.</param>
    public static IEnumerable<Verdict> Validate(IEnumerable<string> paths, string? agent, ConfigurationSettings settings)
    {
        var ofPlugins = new DiagnosticBag();
        var compiler = KnownComponents.Compiler(settings, ofPlugins);
        foreach (var plugin in ofPlugins.Items.GroupBy(finding => finding.Span.Origin))
        {
            yield return new Verdict(plugin.Key, null, null, [.. plugin]);
        }

        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                foreach (var verdict in Of(path, agent, compiler, settings, isNamed: true))
                {
                    yield return verdict;
                }

                continue;
            }

            var bag = new DiagnosticBag();
            var files = Files(path, bag);
            if (files.Count == 0 && bag.Items.Count == 0)
            {
                bag.Add(
                    Codes.UnreadableFile, string.Empty, new SourceSpan(path, 0, 0), "the folder holds no configuration",
                    $"Looked for {string.Join(", ", Extensions.Select(extension => "*" + extension))}, also in the folders below.");
            }

            if (bag.Items.Count > 0)
            {
                yield return new Verdict(path, null, null, [.. bag.Items]);
            }

            foreach (var verdict in files.SelectMany(file => Of(file, agent, compiler, settings, isNamed: false)))
            {
                yield return verdict;
            }
        }
    }

    private static List<string> Files(string folder, DiagnosticBag bag)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.System | FileAttributes.Hidden };
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder, "*", options)
                    .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !file.EndsWith(Schema, StringComparison.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            bag.Add(Codes.UnreadableFile, string.Empty, new SourceSpan(folder, 0, 0), $"the folder cannot be read: {failure.Message.TrimEnd('.')}");
            return [];
        }
    }

    private static List<Verdict> Of(string path, string? agent, GraphCompiler compiler, ConfigurationSettings settings, bool isNamed)
    {
        var ofText = new DiagnosticBag();
        if (ConfigurationFile.Read(path, compiler, settings, ofText) is not { } file)
        {
            return [new Verdict(path, null, null, [.. ofText.Items])];
        }

        if (!isNamed && file.IsOfAnotherProgram)
        {
            // A folder of configurations has the logging's and other programs' files as well.
            return [new Verdict(path, null, null, [])];
        }

        var agents = agent is null ? file.Agents : [agent];
        if (agents.Count == 0)
        {
            file.Compile(null); // says that there is none
            return [new Verdict(path, null, null, [.. ofText.Items])];
        }

        var verdicts = new List<Verdict>();
        var text = new HashSet<Diagnostic>(ofText.Items, ReferenceEqualityComparer.Instance);
        foreach (var name in agents)
        {
            // Compiling may also take a finding about the text back, where it is part of a greater one.
            var before = new HashSet<Diagnostic>(ofText.Items, ReferenceEqualityComparer.Instance);
            var plan = file.Compile(name);
            var others = file.Agents.Where(other => other != name).ToArray();
            verdicts.Add(new Verdict(path, name, plan, [.. ofText.Items.Where(finding => text.Contains(finding) ? !IsOf(others, finding) : !before.Contains(finding))]));
        }

        return verdicts;
    }

    private static bool IsOf(string[] agents, Diagnostic finding) =>
        Array.Exists(agents, agent => finding.Path == agent || finding.Path.StartsWith(agent + ".", StringComparison.Ordinal));
}
